; Values
(string) @is.string
(encapsed_string) @is.string
(heredoc) @is.heredoc
(nowdoc) @is.heredoc
(integer) @is.number
(float) @is.number
(boolean) @is.boolean
(null) @is.null
(name) @is.reference
(variable_name) @is.reference
(dynamic_variable_name) @is.reference
(member_access_expression) @is.reference
(nullsafe_member_access_expression) @is.reference
(scoped_property_access_expression) @is.reference
(class_constant_access_expression) @is.reference
(subscript_expression) @is.reference
(qualified_name) @is.reference
(binary_expression) @is.binary
(conditional_expression) @is.ternary
(match_expression) @is.arms
(match_block) @is.block
(match_conditional_expression) @is.arm
(match_default_expression) @is.arm
(parenthesized_expression) @is.wrapper
(cast_expression) @is.last
(argument) @is.last
(array_element_initializer) @is.element
(array_creation_expression) @is.collection

; Names and values
(assignment_expression left: (_) @assignment.name right: (_) @assignment.value)
(augmented_assignment_expression left: (_) @assignment.name right: (_) @assignment.value)
(const_element . (name) @assignment.name . (_) @assignment.value)
(property_element name: (_) @field.name default_value: (_) @field.value)
(array_element_initializer . (_) @pair.key . "=>" . (_) @pair.value .)
(argument name: (_) @argument.name . (_) @argument.value) @argument
(simple_parameter name: (_) @parameter.name default_value: (_) @parameter.value)
(property_promotion_parameter name: (_) @parameter.name default_value: (_) @parameter.value)
(enum_case name: (_) @field.name value: (_) @field.value)
(binary_expression) @comparison
(return_statement (_) @return.value)

; Calls
(function_call_expression function: (_) @call.name arguments: (_) @call.arguments) @call
(member_call_expression object: (_) @call.receiver name: (_) @call.name arguments: (_) @call.arguments) @call
(nullsafe_member_call_expression object: (_) @call.receiver name: (_) @call.name arguments: (_) @call.arguments) @call
(scoped_call_expression scope: (_) @call.receiver name: (_) @call.name arguments: (_) @call.arguments) @call
(object_creation_expression [(name) (qualified_name)] @call.name (arguments) @call.arguments) @call
(attribute . (_) @call.name parameters: (_) @call.arguments) @call

; Scopes
(class_declaration name: (_) @scope.name) @scope
(trait_declaration name: (_) @scope.name) @scope
(interface_declaration name: (_) @scope.name) @scope
(enum_declaration name: (_) @scope.name) @scope
(method_declaration name: (_) @scope.name) @scope @function
(function_definition name: (_) @scope.name) @scope @function
(anonymous_function) @function
(arrow_function) @function

; Imports
(require_once_expression (_) @import.module) @import
(require_expression (_) @import.module) @import
(include_once_expression (_) @import.module) @import
(include_expression (_) @import.module) @import
(namespace_use_clause . [(qualified_name) (name)] @import.module alias: (_)? @import.alias) @import

(ERROR) @error
