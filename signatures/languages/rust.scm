; Values
(string_literal) @is.string
(raw_string_literal) @is.string
(char_literal) @is.string
(integer_literal) @is.number
(float_literal) @is.number
(boolean_literal) @is.boolean
(identifier) @is.reference
(field_identifier) @is.reference
(self) @is.reference
(field_expression) @is.reference
(scoped_identifier) @is.reference
(index_expression) @is.reference
(binary_expression) @is.binary
(parenthesized_expression) @is.wrapper
(reference_expression) @is.last
(try_expression) @is.wrapper
(await_expression) @is.wrapper
(type_cast_expression) @is.wrapper
(array_expression) @is.collection
(match_expression) @is.arms
(match_block) @is.block
(match_arm) @is.arm
(tuple_expression) @is.names
(tuple_pattern) @is.names
(attribute_item) @is.skip
(mutable_specifier) @is.skip

; Names and values
(let_declaration pattern: (_) @assignment.name value: (_) @assignment.value)
(const_item name: (_) @assignment.name value: (_) @assignment.value)
(static_item name: (_) @assignment.name value: (_) @assignment.value)
(assignment_expression left: (_) @assignment.name right: (_) @assignment.value)
(field_initializer field: (_) @pair.key value: (_) @pair.value)
((attribute_item (attribute arguments: (token_tree (identifier) @_default . "=" . (string_literal) @field.value))) . (attribute_item)* . (field_declaration name: (_) @field.name) (#match? @_default "^default_value"))
(array_expression (tuple_expression . (string_literal) @pair.key . (_) @pair.value .))
(token_tree (string_literal) @pair.key . ":" . (string_literal) @pair.value)
(token_tree (identifier) @argument.name . "=" . [(string_literal) (raw_string_literal)] @argument.value)
(binary_expression left: (_) @comparison.left right: (_) @comparison.right)
(return_expression (_) @return.value)
(function_item body: (block (expression_statement (match_expression) @return.value) .))

; Calls
(call_expression function: (field_expression value: (_) @call.receiver field: (_) @call.name) arguments: (_) @call.arguments) @call
(call_expression function: [(identifier) (scoped_identifier) (generic_function)] @call.name arguments: (_) @call.arguments) @call
(macro_invocation macro: (_) @call.name (token_tree) @call.arguments) @call
(attribute . (_) @call.name arguments: (token_tree) @call.arguments) @call

; Scopes
(token_tree (string_literal) @scope.name . ":" . (token_tree) @scope)
(function_item name: (_) @scope.name) @scope @function
(impl_item type: (_) @scope.name) @scope
(mod_item name: (_) @scope.name) @scope
(struct_expression name: (_) @scope.name) @scope
(closure_expression) @function

; Imports
(use_declaration argument: (scoped_identifier) @import.module) @import
(use_declaration argument: (use_as_clause path: (_) @import.module alias: (_) @import.alias)) @import
(use_declaration argument: (scoped_use_list path: (_) @import.module list: (use_list (_) @import.name))) @import

(ERROR) @error
