; Values
(string_literal) @is.string
(decimal_integer_literal) @is.number
(decimal_floating_point_literal) @is.number
(true) @is.boolean
(false) @is.boolean
(null_literal) @is.null
(identifier) @is.reference
(field_access) @is.reference
(array_access) @is.reference
(this) @is.reference
(binary_expression) @is.binary
(ternary_expression) @is.ternary
(switch_expression) @is.arms
(switch_block) @is.block
(switch_rule) @is.arm
(expression_statement) @is.wrapper
(parenthesized_expression) @is.wrapper
(cast_expression) @is.last
(array_initializer) @is.collection
(element_value_array_initializer) @is.collection
(array_creation_expression) @is.last

; Names and values
(variable_declarator name: (_) @assignment.name value: (_) @assignment.value)
(assignment_expression left: (_) @assignment.name right: (_) @assignment.value)
(element_value_pair key: (_) @argument.name value: (_) @argument.value) @argument
(annotation_type_element_declaration name: (_) @parameter.name value: (_) @parameter.value)
(binary_expression left: (_) @comparison.left right: (_) @comparison.right)
(return_statement (_) @return.value)

; Calls
(method_invocation object: (_)? @call.receiver name: (_) @call.name arguments: (_) @call.arguments) @call
(object_creation_expression type: (_) @call.name arguments: (_) @call.arguments) @call
(annotation name: (_) @call.name arguments: (_) @call.arguments) @call

; Scopes
(class_declaration name: (_) @scope.name) @scope
(interface_declaration name: (_) @scope.name) @scope
(annotation_type_declaration name: (_) @scope.name) @scope
(enum_declaration name: (_) @scope.name) @scope
(record_declaration name: (_) @scope.name) @scope
(method_declaration name: (_) @scope.name) @scope @function
(constructor_declaration name: (_) @scope.name) @scope @function
(lambda_expression) @function

; Imports
(import_declaration (_) @import.module) @import

(ERROR) @error
