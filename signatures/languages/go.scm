; Values
(interpreted_string_literal) @is.string
(raw_string_literal) @is.string
(int_literal) @is.number
(float_literal) @is.number
(true) @is.boolean
(false) @is.boolean
(nil) @is.null
(identifier) @is.reference
(field_identifier) @is.reference
(selector_expression) @is.reference
(index_expression) @is.reference
(binary_expression) @is.binary
(parenthesized_expression) @is.wrapper
(unary_expression) @is.wrapper
(literal_element) @is.wrapper
(expression_list) @is.names
(composite_literal) @is.last
(literal_value) @is.collection
(keyed_element) @is.pair
(type_conversion_expression) @is.last

; Names and values
(var_spec name: (_) @assignment.name ("," name: (_) @assignment.name)* value: (_) @assignment.value)
(const_spec name: (_) @assignment.name ("," name: (_) @assignment.name)* value: (_) @assignment.value)
(short_var_declaration left: (_) @assignment.name right: (_) @assignment.value)
(assignment_statement left: (_) @assignment.name right: (_) @assignment.value)
(keyed_element key: (_) @pair.key value: (_) @pair.value)
(binary_expression left: (_) @comparison.left right: (_) @comparison.right)
(return_statement (expression_list . (_) @return.value .))
(return_statement (expression_list . (interpreted_string_literal) @return.value . (_) .))

; Calls
(call_expression function: (selector_expression operand: (_) @call.receiver field: (_) @call.name) arguments: (_) @call.arguments) @call
(call_expression function: (identifier) @call.name arguments: (_) @call.arguments) @call
(type_conversion_expression type: (slice_type) @call.name operand: (_) @call.argument) @call

; Scopes
(function_declaration name: (_) @scope.name) @scope @function
(method_declaration name: (_) @scope.name) @scope @function
(func_literal) @function
(composite_literal type: (type_identifier) @scope.name) @scope
(composite_literal type: (qualified_type) @scope.name) @scope

; Imports
(import_spec name: (_)? @import.alias path: (_) @import.module) @import

(ERROR) @error
