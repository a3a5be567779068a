; Values
(string) @is.string
(number) @is.number
(true) @is.boolean
(false) @is.boolean
(nil) @is.null
(identifier) @is.reference
(dot_index_expression) @is.reference
(bracket_index_expression) @is.reference
(binary_expression) @is.binary
(parenthesized_expression) @is.wrapper
(table_constructor) @is.collection
(field) @is.element
(variable_list) @is.names
(expression_list) @is.names
(attribute) @is.skip

; Names and values
(assignment_statement (variable_list) @assignment.name (expression_list) @assignment.value)
(field name: (_) @pair.key value: (_) @pair.value)
(binary_expression left: (_) @comparison.left right: (_) @comparison.right)
(return_statement (expression_list . (_) @return.value .))

; Calls
(function_call name: (dot_index_expression table: (_) @call.receiver field: (_) @call.name) arguments: (_) @call.arguments) @call
(function_call name: (method_index_expression table: (_) @call.receiver method: (_) @call.name) arguments: (_) @call.arguments) @call
(function_call name: (identifier) @call.name arguments: (_) @call.arguments) @call

; Scopes
(function_declaration name: (_) @scope.name) @scope @function
(function_definition) @function

; Imports
(variable_declaration (assignment_statement (variable_list . (_) @import.alias .) (expression_list . (function_call name: (identifier) @_require arguments: (arguments . (string) @import.module .)) (#eq? @_require "require")))) @import

(ERROR) @error
