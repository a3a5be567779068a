; Values
(string_literal) @is.wrapper
(expandable_string_literal) @is.string
(verbatim_string_characters) @is.string
(expandable_here_string_literal) @is.string
(verbatim_here_string_characters) @is.string
(sub_expression) @is.placeholder
(integer_literal) @is.number
(real_literal) @is.number
(variable) @is.reference
(braced_variable) @is.reference
(member_access) @is.reference
(element_access) @is.reference
(generic_token) @is.text
(command_parameter) @is.flag
(command_argument_sep) @is.skip
(pipeline) @is.binary
(pipeline_chain) @is.binary
(left_assignment_expression) @is.binary
(logical_expression) @is.binary
(bitwise_expression) @is.binary
(comparison_expression) @is.binary
(additive_expression) @is.binary
(multiplicative_expression) @is.binary
(format_expression) @is.binary
(range_expression) @is.binary
(array_literal_expression) @is.names
(unary_expression) @is.binary
(expression_with_unary_operator) @is.last
(cast_expression) @is.last
(parenthesized_expression) @is.wrapper
(key_expression) @is.wrapper
(script_parameter_default) @is.wrapper
(array_expression) @is.wrapper
(statement_list) @is.names
(argument_expression) @is.binary
(logical_argument_expression) @is.binary
(bitwise_argument_expression) @is.binary
(comparison_argument_expression) @is.binary
(additive_argument_expression) @is.binary
(multiplicative_argument_expression) @is.binary
(format_argument_expression) @is.binary
(range_argument_expression) @is.binary

; Names and values
(assignment_expression . (_) @assignment.name value: (_) @assignment.value)
(class_property_definition (variable) @field.name . (_) @field.value)
(hash_entry . (key_expression) @pair.key . (_) @pair.value)
(script_parameter (variable) @parameter.name . (script_parameter_default) @parameter.value)
(comparison_expression . (_) @comparison.left . (comparison_operator) . (_) @comparison.right .)
(flow_control_statement (pipeline) @return.value)

; Calls
(command command_name: (_) @call.name command_elements: (_) @call.arguments) @call
(invokation_expression . (_) @call.receiver . (member_name) @call.name (argument_list (argument_expression_list) @call.arguments)) @call

; Scopes
(class_statement . (simple_name) @scope.name) @scope
(function_statement . (function_name) @scope.name) @scope @function
(class_method_definition (simple_name) @scope.name) @scope @function

(ERROR) @error
