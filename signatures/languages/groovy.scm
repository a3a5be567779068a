; Values
(string_literal) @is.string
(character_literal) @is.string
(decimal_integer_literal) @is.number
(true) @is.boolean
(false) @is.boolean
(null_literal) @is.null
(identifier) @is.reference
(field_access) @is.reference
(array_access) @is.reference
(this) @is.reference
(binary_expression) @is.binary
(ternary_expression) @is.ternary
(parenthesized_expression) @is.wrapper
(cast_expression) @is.last
(array_literal) @is.collection
(map_literal) @is.collection
(map_item) @is.pair

; Names and values
(variable_declarator name: (_) @assignment.name value: (_) @assignment.value)
(assignment_expression left: (_) @assignment.name right: (_) @assignment.value)
(argument_list (map_item key: (_) @argument.name value: (_) @argument.value) @argument)
(map_item key: (_) @pair.key value: (_) @pair.value)
(formal_parameter name: (_) @parameter.name "=" . (_) @parameter.value)
(juxt_function_call name: (_) @assignment.name args: (argument_list . [(string_literal) (character_literal)] @assignment.value .))
(element_value_pair key: (_) @argument.name value: (_) @argument.value) @argument
(binary_expression left: (_) @comparison.left right: (_) @comparison.right)
(return_statement (_) @return.value)

; Calls
(method_invocation object: (_)? @call.receiver name: (_) @call.name arguments: (_) @call.arguments) @call
(juxt_function_call name: (_) @call.name args: (_) @call.arguments) @call
(object_creation_expression type: (_) @call.name arguments: (_) @call.arguments) @call
(annotation name: (_) @call.name arguments: (_) @call.arguments) @call

; Scopes
(class_declaration name: (_) @scope.name) @scope
(method_declaration name: (_) @scope.name) @scope @function
(function_definition name: (_) @scope.name) @scope @function
(method_invocation name: (_) @scope.name body: (_)) @scope
(closure) @function

; Imports
(import_declaration (_) @import.module) @import

(ERROR) @error
