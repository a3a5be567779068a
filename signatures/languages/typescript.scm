; inherits ecmascript
(non_null_expression) @is.wrapper
(as_expression) @is.wrapper
(satisfies_expression) @is.wrapper
(type_assertion) @is.last
(public_field_definition name: (_) @field.name value: (_) @field.value)
(enum_assignment name: (_) @field.name value: (_) @field.value)
(required_parameter pattern: (_) @parameter.name value: (_) @parameter.value)
(optional_parameter pattern: (_) @parameter.name value: (_) @parameter.value)
(enum_declaration name: (_) @scope.name) @scope
(abstract_class_declaration name: (_) @scope.name) @scope
; `await make<Type>(...)`: the grammar takes what is called for what is awaited
(call_expression function: (await_expression (member_expression object: (_) @call.receiver property: (_) @call.name)) arguments: (_) @call.arguments) @call
(call_expression function: (await_expression (identifier) @call.name) arguments: (_) @call.arguments) @call
