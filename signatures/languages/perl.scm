; Values
(string_literal) @is.string
(interpolated_string_literal) @is.string
(quoted_word_list) @is.string
(heredoc_token) @is.heredoc_start
(command_heredoc_token) @is.heredoc_start
(number) @is.number
(scalar) @is.reference
(array) @is.reference
(hash) @is.reference
(bareword) @is.reference
(hash_element_expression) @is.reference
(array_element_expression) @is.reference
(variable_declaration) @is.wrapper
(autoquoted_bareword) @is.flag
(binary_expression) @is.binary
(conditional_expression) @is.ternary
(parenthesized_expression) @is.wrapper
(list_expression) @is.collection
(anonymous_array_expression) @is.collection

; Names and values
(assignment_expression left: (_) @assignment.name right: (_) @assignment.value)
(list_expression (autoquoted_bareword) @pair.key . "=>" . (_) @pair.value)
(list_expression [(string_literal) (interpolated_string_literal)] @pair.key . "=>" . (_) @pair.value)
(equality_expression left: (_) @comparison.left right: (_) @comparison.right)
(return_expression (_) @return.value)
(heredoc_token) @heredoc.start
(heredoc_content) @heredoc.body

; Calls
(function_call_expression function: (_) @call.name arguments: (list_expression) @call.arguments) @call
(function_call_expression function: (_) @call.name arguments: (_) @call.argument) @call
(ambiguous_function_call_expression function: (_) @call.name arguments: (list_expression) @call.arguments) @call
(ambiguous_function_call_expression function: (_) @call.name arguments: (_) @call.argument) @call
(method_call_expression invocant: (_) @call.receiver method: (_) @call.name arguments: (list_expression) @call.arguments) @call
(method_call_expression invocant: (_) @call.receiver method: (_) @call.name arguments: (_) @call.argument) @call

; Scopes
(subroutine_declaration_statement name: (_) @scope.name) @scope @function
(anonymous_subroutine_expression) @function

; Imports
(use_statement module: (_) @import.module) @import
(require_expression (_) @import.module) @import

(ERROR) @error
