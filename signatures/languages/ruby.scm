; Values
(string) @is.string
(subshell) @is.string
(simple_symbol) @is.symbol
(delimited_symbol) @is.string
(bare_string) @is.text
(bare_symbol) @is.text
(chained_string) @is.adjacent
(heredoc_beginning) @is.heredoc_start
(interpolation) @is.placeholder
(integer) @is.number
(float) @is.number
(true) @is.boolean
(false) @is.boolean
(nil) @is.null
(identifier) @is.reference
(constant) @is.reference
(instance_variable) @is.reference
(class_variable) @is.reference
(global_variable) @is.reference
(element_reference) @is.reference
(scope_resolution) @is.reference
(self) @is.reference
(call) @is.reference
(binary) @is.binary
(conditional) @is.ternary
(case) @is.arms
(when) @is.arm
(else) @is.arm
(then) @is.last
(parenthesized_statements) @is.wrapper
(hash) @is.collection
(pair) @is.pair
(array) @is.collection
(string_array) @is.collection
(symbol_array) @is.collection
(left_assignment_list) @is.names
(right_assignment_list) @is.names

; Names and values
(assignment left: (_) @assignment.name right: (_) @assignment.value)
(operator_assignment left: (_) @assignment.name right: (_) @assignment.value)
(argument_list (pair key: (_) @argument.name value: (_) @argument.value) @argument)
(pair key: (_) @pair.key value: (_) @pair.value)
(optional_parameter name: (_) @parameter.name value: (_) @parameter.value)
(keyword_parameter name: (_) @parameter.name value: (_) @parameter.value)
(binary) @comparison
(return (argument_list . (_) @return.value .))
(method body: (body_statement (case) @return.value .))
(heredoc_beginning) @heredoc.start
(heredoc_body) @heredoc.body

; Calls
(call receiver: (_)? @call.receiver method: (_) @call.name arguments: (_) @call.arguments) @call
(call receiver: (string) @call.receiver method: (_) @call.name) @call

; Scopes
(class name: (_) @scope.name) @scope
(module name: (_) @scope.name) @scope
(method name: (_) @scope.name) @scope @function
(singleton_method name: (_) @scope.name) @scope @function
(call method: (_) @scope.name block: (_)) @scope
(block) @function
(do_block) @function

; Imports
(call method: (identifier) @_require arguments: (argument_list . (string) @import.module .) (#match? @_require "^(require|require_relative|load)$")) @import

(ERROR) @error
