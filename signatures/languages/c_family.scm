; Values
(string_literal) @is.string
(concatenated_string) @is.adjacent
(number_literal) @is.number
(true) @is.boolean
(false) @is.boolean
(null) @is.null
(identifier) @is.reference
(field_identifier) @is.reference
(field_expression) @is.reference
(subscript_expression) @is.reference
(pointer_expression) @is.reference
(binary_expression) @is.binary
(conditional_expression) @is.ternary
(parenthesized_expression) @is.wrapper
(cast_expression) @is.last
(compound_literal_expression) @is.last
(initializer_list) @is.collection
(initializer_pair) @is.pair
(preproc_arg) @is.source
(pointer_declarator) @is.last
(array_declarator) @is.wrapper
(field_designator) @is.wrapper
(function_declarator) @is.wrapper

; Names and values
(init_declarator declarator: (_) @assignment.name value: (_) @assignment.value)
(assignment_expression left: (_) @assignment.name right: (_) @assignment.value)
(preproc_def name: (_) @assignment.name value: (_) @assignment.value)
(initializer_pair designator: (_) @pair.key value: (_) @pair.value)
(binary_expression) @comparison
(return_statement (_) @return.value)

; Calls
(call_expression function: (field_expression argument: (_) @call.receiver field: (_) @call.name) arguments: (_) @call.arguments) @call
(call_expression function: (_) @call.name arguments: (_) @call.arguments) @call

; Scopes
(struct_specifier name: (_) @scope.name body: (_)) @scope
(function_definition declarator: (function_declarator declarator: (_) @scope.name)) @scope @function
(function_definition declarator: (pointer_declarator declarator: (function_declarator declarator: (_) @scope.name))) @scope @function

; Imports
(preproc_include path: (_) @import.module) @import

(ERROR) @error
