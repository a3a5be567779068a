; Values
(string_literal) @is.string
(verbatim_string_literal) @is.string
(raw_string_literal) @is.string
(interpolated_string_expression) @is.string
(interpolation) @is.placeholder
(interpolation_brace) @is.skip
(integer_literal) @is.number
(real_literal) @is.number
(boolean_literal) @is.boolean
(null_literal) @is.null
(identifier) @is.reference
(member_access_expression) @is.reference
(element_access_expression) @is.reference
(element_binding_expression) @is.reference
(conditional_access_expression) @is.reference
(binary_expression) @is.binary
(conditional_expression) @is.ternary
(switch_expression) @is.arms
(switch_expression_arm) @is.arm
(parenthesized_expression) @is.wrapper
(arrow_expression_clause) @is.wrapper
(await_expression) @is.wrapper
(postfix_unary_expression) @is.wrapper
(cast_expression) @is.last
(argument) @is.last
(attribute_argument) @is.last
(array_creation_expression) @is.last
(implicit_array_creation_expression) @is.last
(initializer_expression) @is.collection
(collection_expression) @is.collection

; Names and values
(variable_declarator name: (_) @assignment.name "=" . (_) @assignment.value)
(property_declaration name: (_) @field.name value: (_) @field.value)
(initializer_expression (assignment_expression left: (_) @pair.key right: (_) @pair.value))
(assignment_expression left: (_) @assignment.name right: (_) @assignment.value)
(argument name: (_) @argument.name . (_) @argument.value) @argument
(attribute_argument name: (_) @argument.name . (_) @argument.value) @argument
(initializer_expression (initializer_expression . (string_literal) @pair.key . (_) @pair.value .))
(parameter name: (_) @parameter.name "=" . (_) @parameter.value)
(enum_member_declaration name: (_) @field.name value: (_) @field.value)
(binary_expression) @comparison
(return_statement (_) @return.value)
(method_declaration body: (arrow_expression_clause (_) @return.value))

; Calls
(invocation_expression function: (member_access_expression expression: (_) @call.receiver name: (generic_name (identifier) @call.name)) arguments: (_) @call.arguments) @call
(invocation_expression function: (member_access_expression expression: (_) @call.receiver name: (_) @call.name) arguments: (_) @call.arguments) @call
(invocation_expression function: (generic_name (identifier) @call.name) arguments: (_) @call.arguments) @call
(invocation_expression function: (_) @call.name arguments: (_) @call.arguments) @call
(object_creation_expression type: (_) @call.name arguments: (_) @call.arguments) @call
(attribute name: (_) @call.name (attribute_argument_list) @call.arguments) @call

; Scopes
(namespace_declaration name: (_) @scope.name) @scope
(class_declaration name: (_) @scope.name) @scope
(struct_declaration name: (_) @scope.name) @scope
(record_declaration name: (_) @scope.name) @scope
(interface_declaration name: (_) @scope.name) @scope
(enum_declaration name: (_) @scope.name) @scope
(method_declaration name: (_) @scope.name) @scope @function
(local_function_statement name: (_) @scope.name) @scope @function
(constructor_declaration name: (_) @scope.name) @scope @function
(lambda_expression) @function
(object_creation_expression type: (_) @scope.name initializer: (_)) @scope

; Imports
(using_directive name: (_)? @import.alias [(qualified_name) (identifier)] @import.module .) @import

(ERROR) @error
