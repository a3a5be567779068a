; inherits ecmascript
(non_null_expression) @is.wrapper
(as_expression) @is.wrapper
(satisfies_expression) @is.wrapper
(jsx_expression) @is.wrapper
(jsx_attribute . (property_identifier) @pair.key . (_) @pair.value)
(public_field_definition name: (_) @field.name value: (_) @field.value)
(enum_assignment name: (_) @field.name value: (_) @field.value)
(required_parameter pattern: (_) @parameter.name value: (_) @parameter.value)
(optional_parameter pattern: (_) @parameter.name value: (_) @parameter.value)
(enum_declaration name: (_) @scope.name) @scope
(abstract_class_declaration name: (_) @scope.name) @scope
