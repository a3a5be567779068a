; Values
(string) @is.string
(raw_string) @is.string
(ansi_c_string) @is.string
(translated_string) @is.last
(word) @is.text
(number) @is.text
(concatenation) @is.adjacent
(simple_expansion) @is.expansion
(expansion) @is.expansion
(command_substitution) @is.substitution
(array) @is.collection

; Names and values
(variable_assignment name: (_) @assignment.name value: (_) @assignment.value)
(binary_expression left: (_) @comparison.left right: (_) @comparison.right)

; Calls
(command name: (_) @call.name argument: (_)+ @call.argument) @call

; Files written in place
(heredoc_body) @embedded

; Scopes
(function_definition name: (_) @scope.name) @scope @function

; Imports
(command name: (command_name (word) @_source) . argument: (_) @import.module (#match? @_source "^(source|\\.)$")) @import

(ERROR) @error
