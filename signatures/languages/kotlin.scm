; Values
(string_literal) @is.string
(multiline_string_literal) @is.string
(interpolation) @is.placeholder
(number_literal) @is.number
(float_literal) @is.number
(identifier) @is.reference
(navigation_expression) @is.reference
(index_expression) @is.reference
(this_expression) @is.reference
(binary_expression) @is.binary
(if_expression) @is.ternary
(when_expression) @is.arms
(when_entry) @is.arm
(parenthesized_expression) @is.wrapper
(as_expression) @is.wrapper
(value_argument) @is.last
(collection_literal) @is.collection
(modifiers) @is.skip
(annotation) @is.skip

; Names and values
(property_declaration (variable_declaration . (identifier) @assignment.name) "=" . (_) @assignment.value)
(assignment left: (_) @assignment.name right: (_) @assignment.value)
(value_argument . (identifier) @argument.name . "=" . (_) @argument.value) @argument
(infix_expression . (_) @pair.key . (identifier) @_to . (_) @pair.value . (#eq? @_to "to"))
(function_value_parameters (parameter . (identifier) @parameter.name) . "=" . (_) @parameter.value)
(class_parameter (identifier) @parameter.name "=" . (_) @parameter.value)
(binary_expression left: (_) @comparison.left right: (_) @comparison.right)
(return_expression (_) @return.value)
(function_declaration (function_body . "=" . (_) @return.value))

; Calls
(call_expression . (navigation_expression (_) @call.receiver . (identifier) @call.name .) . (value_arguments) @call.arguments) @call
(call_expression . (identifier) @call.name . (value_arguments) @call.arguments) @call
(constructor_invocation . (_) @call.name . (value_arguments) @call.arguments) @call

; Scopes
(class_declaration name: (_) @scope.name) @scope
(object_declaration name: (_) @scope.name) @scope
(function_declaration name: (_) @scope.name) @scope @function
(lambda_literal) @function

; Imports
(import (qualified_identifier) @import.module . (identifier)? @import.alias) @import

(ERROR) @error
