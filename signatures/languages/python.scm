; Values
(string) @is.string
(concatenated_string) @is.adjacent
(interpolation) @is.placeholder
(format_specifier) @is.skip
(type_conversion) @is.skip
(integer) @is.number
(float) @is.number
(true) @is.boolean
(false) @is.boolean
(none) @is.null
(identifier) @is.reference
(attribute) @is.reference
(subscript) @is.reference
(binary_operator) @is.binary
(boolean_operator) @is.binary
(conditional_expression) @is.wrapper
(parenthesized_expression) @is.wrapper
(await) @is.wrapper
(assignment) @is.last
(dictionary) @is.collection
(pair) @is.pair
(list) @is.collection
(tuple) @is.collection
(set) @is.collection
(expression_list) @is.names
(pattern_list) @is.names
(tuple_pattern) @is.names

; Names and values
(assignment left: (_) @assignment.name right: (_) @assignment.value)
(augmented_assignment left: (_) @assignment.name right: (_) @assignment.value)
(named_expression name: (_) @assignment.name value: (_) @assignment.value)
(as_pattern . (call) @assignment.value alias: (as_pattern_target (_) @assignment.name))
(pair key: (_) @pair.key value: (_) @pair.value)
(keyword_argument name: (_) @argument.name value: (_) @argument.value) @argument
(default_parameter name: (_) @parameter.name value: (_) @parameter.value)
(typed_default_parameter name: (_) @parameter.name value: (_) @parameter.value)
(comparison_operator . (_) @comparison.left . (_) @comparison.right .)
(return_statement (_) @return.value)

; Calls
(call function: (attribute object: (_) @call.receiver attribute: (_) @call.name) arguments: (_) @call.arguments) @call
(call function: (identifier) @call.name arguments: (_) @call.arguments) @call

; Scopes
(class_definition name: (_) @scope.name) @scope
(function_definition name: (_) @scope.name) @scope @function
(lambda) @function

; Imports
(import_statement name: (dotted_name) @import.module) @import
(import_statement name: (aliased_import name: (_) @import.module alias: (_) @import.alias)) @import
(import_from_statement module_name: (_) @import.module name: (dotted_name) @import.name) @import
(import_from_statement module_name: (_) @import.module name: (aliased_import name: (_) @import.name alias: (_) @import.alias)) @import
(import_from_statement module_name: (_) @import.module (wildcard_import) @import.name) @import

(ERROR) @error
