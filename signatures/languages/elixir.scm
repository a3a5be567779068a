; Values
(string) @is.string
(charlist) @is.string
(sigil) @is.string
(quoted_atom) @is.string
(interpolation) @is.placeholder
(integer) @is.number
(float) @is.number
(boolean) @is.boolean
(nil) @is.null
(atom) @is.symbol
(keywords) @is.spread
(map_content) @is.spread
(map) @is.collection
(pair) @is.pair
(struct) @is.skip
(alias) @is.reference
(identifier) @is.reference
(keyword) @is.reference
(dot) @is.reference
(access_call) @is.reference
(unary_operator) @is.reference
(binary_operator) @is.binary
(list) @is.collection
(tuple) @is.collection
(call) @is.reference

; Names and values
(binary_operator left: (_) @assignment.name operator: "=" right: (_) @assignment.value)
(binary_operator left: (_) @pair.key operator: "=>" right: (_) @pair.value)
(binary_operator left: (_) @parameter.name operator: "\\\\" right: (_) @parameter.value)
(unary_operator operator: "@" operand: (call target: (identifier) @assignment.name (arguments . (_) @assignment.value .)))
(arguments (keywords (pair key: (_) @argument.name value: (_) @argument.value) @argument))
(tuple . (string) @pair.key . (_) @pair.value .)
(pair key: (_) @pair.key value: (_) @pair.value)
(binary_operator left: (_) @comparison.left operator: ["==" "!=" "===" "!=="] right: (_) @comparison.right)

; Calls
(call target: (dot left: (_) @call.receiver right: (_) @call.name) (arguments) @call.arguments) @call
(call target: (identifier) @call.name (arguments) @call.arguments) @call

; Scopes
(call target: (identifier) @_def (arguments . [(alias) (call target: (_) @scope.name) (identifier)] @scope.name) (do_block) (#match? @_def "^def")) @scope @function

; Imports
(call target: (identifier) @_import (arguments . (alias) @import.module) (#match? @_import "^(alias|import|use|require)$")) @import

(ERROR) @error
