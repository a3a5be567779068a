; Values
(line_string_literal) @is.string
(multi_line_string_literal) @is.string
(raw_string_literal) @is.string
(interpolated_expression) @is.inner
(raw_str_interpolation) @is.placeholder
(integer_literal) @is.number
(real_literal) @is.number
(boolean_literal) @is.boolean
(simple_identifier) @is.reference
(navigation_expression) @is.reference
(self_expression) @is.reference
(call_expression) @is.reference
(additive_expression) @is.binary
(nil_coalescing_expression) @is.binary
(ternary_expression) @is.ternary
(switch_statement) @is.arms
(switch_entry) @is.arm
(statements) @is.last
(tuple_expression) @is.wrapper
(as_expression) @is.wrapper
(try_expression) @is.last
(await_expression) @is.last
(postfix_expression) @is.wrapper
(value_argument) @is.last
(array_literal) @is.collection
(directly_assignable_expression) @is.wrapper

; Names and values
(property_declaration name: (pattern bound_identifier: (_) @assignment.name) value: (_) @assignment.value)
(assignment target: (_) @assignment.name result: (_) @assignment.value)
(value_argument name: (_) @argument.name value: (_) @argument.value) @argument
(dictionary_literal key: (_) @pair.key . ":" . value: (_) @pair.value)
(function_declaration (parameter name: (_) @parameter.name . ":") . "=" . default_value: (_) @parameter.value)
(init_declaration (parameter name: (_) @parameter.name . ":") . "=" . default_value: (_) @parameter.value)
(enum_entry name: (_) @field.name raw_value: (_) @field.value)
(equality_expression lhs: (_) @comparison.left rhs: (_) @comparison.right)
(control_transfer_statement result: (_) @return.value)

; Calls
(call_expression . (navigation_expression target: (_) @call.receiver suffix: (navigation_suffix suffix: (_) @call.name)) . (call_suffix (value_arguments "(") @call.arguments)) @call
(call_expression . (simple_identifier) @call.name . (call_suffix (value_arguments "(") @call.arguments)) @call

; Scopes
(class_declaration name: (_) @scope.name) @scope
(protocol_declaration name: (_) @scope.name) @scope
(function_declaration name: (simple_identifier) @scope.name) @scope @function
(init_declaration) @function
(lambda_literal) @function

; Imports
(import_declaration (identifier) @import.module) @import

(ERROR) @error
