; Values
(string) @is.string
(interpolated_string) @is.string
(interpolated_string_expression) @is.last
(interpolation) @is.placeholder
(block) @is.last
(integer_literal) @is.number
(floating_point_literal) @is.number
(boolean_literal) @is.boolean
(null_literal) @is.null
(identifier) @is.reference
(field_expression) @is.reference
(infix_expression) @is.binary
(if_expression) @is.ternary
(match_expression) @is.arms
(case_block) @is.block
(case_clause) @is.arm
(parenthesized_expression) @is.wrapper
(ascription_expression) @is.wrapper
(tuple_expression) @is.names
(tuple_pattern) @is.names

; Names and values
(val_definition pattern: (_) @assignment.name value: (_) @assignment.value)
(var_definition pattern: (_) @assignment.name value: (_) @assignment.value)
(val_definition pattern: (_) @assignment.name value: (field_expression value: (string) @assignment.value))
(var_definition pattern: (_) @assignment.name value: (field_expression value: (string) @assignment.value))
(arguments (assignment_expression left: (_) @argument.name right: (_) @argument.value) @argument)
(assignment_expression left: (_) @assignment.name right: (_) @assignment.value)
(infix_expression left: (_) @pair.key operator: (operator_identifier) @_arrow right: (_) @pair.value (#eq? @_arrow "->"))
(arguments (tuple_expression . (string) @pair.key . (_) @pair.value .))
(parameter name: (_) @parameter.name default_value: (_) @parameter.value)
(class_parameter name: (_) @parameter.name default_value: (_) @parameter.value)
(infix_expression left: (_) @comparison.left operator: (_) right: (_) @comparison.right)
(return_expression (_) @return.value)
(function_definition body: [(match_expression) (string)] @return.value)

; Calls
(call_expression function: (field_expression value: (_) @call.receiver field: (_) @call.name) arguments: (_) @call.arguments) @call
(call_expression function: (_) @call.name arguments: (_) @call.arguments) @call
(instance_expression . (_) @call.name arguments: (_) @call.arguments) @call

; Scopes
(object_definition name: (_) @scope.name) @scope
(class_definition name: (_) @scope.name) @scope
(trait_definition name: (_) @scope.name) @scope
(function_definition name: (_) @scope.name) @scope @function
(lambda_expression) @function

; Imports
(import_declaration) @import.module

(ERROR) @error
