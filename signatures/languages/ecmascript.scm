; Values
(string) @is.string
(template_string) @is.string
(template_substitution) @is.placeholder
(number) @is.number
(true) @is.boolean
(false) @is.boolean
(null) @is.null
(undefined) @is.null
(identifier) @is.reference
(member_expression) @is.reference
(subscript_expression) @is.reference
(this) @is.reference
(binary_expression) @is.binary
(ternary_expression) @is.ternary
(parenthesized_expression) @is.wrapper
(computed_property_name) @is.wrapper
(await_expression) @is.wrapper
(object) @is.collection
(pair) @is.pair
(array) @is.collection
(array_pattern) @is.names
(object_pattern) @is.pattern
(assignment_expression) @is.last
(sequence_expression) @is.last

; Names and values
(variable_declarator name: (_) @assignment.name value: (_) @assignment.value)
(assignment_expression left: (_) @assignment.name right: (_) @assignment.value)
(augmented_assignment_expression left: (_) @assignment.name right: (_) @assignment.value)
(pair key: (_) @pair.key value: (_) @pair.value)
(assignment_pattern left: (_) @parameter.name right: (_) @parameter.value)
(object_assignment_pattern left: (_) @parameter.name right: (_) @parameter.value)
(binary_expression) @comparison
(return_statement (_) @return.value)
(export_statement "default" @assignment.name value: (identifier) @assignment.value)

; Calls
(call_expression function: (member_expression object: (_) @call.receiver property: (_) @call.name) arguments: (_) @call.arguments) @call
(call_expression function: (identifier) @call.name arguments: (_) @call.arguments) @call
(new_expression constructor: (_) @call.name arguments: (_) @call.arguments) @call

; Scopes
(class_declaration name: (_) @scope.name) @scope
(class name: (_) @scope.name) @scope
(function_declaration name: (_) @scope.name) @scope @function
(function_expression) @function
(arrow_function) @function
(method_definition name: (_) @scope.name) @scope @function

; Imports
(import_statement (import_clause (identifier) @import.alias) source: (_) @import.module) @import
(import_statement (import_clause (namespace_import (identifier) @import.alias)) source: (_) @import.module) @import
(import_statement (import_clause (named_imports (import_specifier name: (_) @import.name alias: (_)? @import.alias))) source: (_) @import.module) @import
(export_statement (export_clause (export_specifier name: (_) @import.name alias: (_)? @import.alias)) source: (_) @import.module) @import
(export_statement "*" @import.name source: (_) @import.module) @import
(variable_declarator name: (identifier) @import.alias value: (call_expression function: (identifier) @_require arguments: (arguments . (string) @import.module .)) (#eq? @_require "require")) @import
(variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @import.name) value: (call_expression function: (identifier) @_require arguments: (arguments . (string) @import.module .)) (#eq? @_require "require")) @import
(variable_declarator name: (object_pattern (pair_pattern key: (_) @import.name value: (identifier) @import.alias)) value: (call_expression function: (identifier) @_require arguments: (arguments . (string) @import.module .)) (#eq? @_require "require")) @import

(ERROR) @error
