; inherits c_family
(raw_string_literal) @is.string
(user_defined_literal) @is.wrapper
(qualified_identifier) @is.reference
(reference_declarator) @is.last
(this) @is.reference

(field_declaration declarator: (_) @field.name default_value: (_) @field.value)
(field_initializer . (_) @field.name . (argument_list . (_) @field.value .))
(field_initializer . (_) @field.name . (initializer_list . (_) @field.value .))
(optional_parameter_declaration declarator: (_) @parameter.name default_value: (_) @parameter.value)
(initializer_list (initializer_list . (string_literal) @pair.key . (_) @pair.value .))
(init_declarator declarator: (_) @assignment.name value: (argument_list . (_) @assignment.value .))
(new_expression type: (_) @call.name arguments: (_) @call.arguments) @call

(class_specifier name: (_) @scope.name body: (_)) @scope
(namespace_definition name: (_) @scope.name) @scope
(lambda_expression) @function
