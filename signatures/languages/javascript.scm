; inherits ecmascript
(field_definition property: (_) @field.name value: (_) @field.value)
(jsx_expression) @is.wrapper
(jsx_attribute . (property_identifier) @pair.key . (_) @pair.value)
