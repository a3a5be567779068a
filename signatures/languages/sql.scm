; Values
(literal) @is.string
(identifier) @is.reference
(field) @is.reference
(object_reference) @is.reference
(binary_expression) @is.binary
(term) @is.wrapper
(parenthesized_expression) @is.wrapper
(column) @is.reference

; Names and values
(set_statement (object_reference) @assignment.name . (_) @assignment.value)
(set_statement (object_reference) @assignment.name . "=" . (_) @assignment.value)
(assignment left: (_) @assignment.name right: (_) @assignment.value)
(column_definition name: (_) @parameter.name (keyword_default) . (_) @parameter.value)
(create_role (keyword_password) @assignment.name password: (_) @assignment.value)
(alter_role (keyword_password) @assignment.name password: (_) @assignment.value)
(insert (list (column)) @zip.names (list) @zip.values)
(binary_expression left: (_) @comparison.left right: (_) @comparison.right)

; Calls
(invocation (object_reference) @call.name parameter: (_)+ @call.argument) @call

; Scopes
(insert (object_reference) @scope.name) @scope
(update (relation (object_reference) @scope.name)) @scope
(create_table (object_reference) @scope.name) @scope

(ERROR) @error
