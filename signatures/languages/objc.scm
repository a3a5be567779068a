; inherits c_family
(at_expression) @is.last
(array_literal) @is.collection
(dictionary_literal) @is.collection
(dictionary_pair) @is.pair

(dictionary_pair . (_) @pair.key . (_) @pair.value .)
(message_expression method: (identifier) @argument.name . (_) @argument.value)
(message_expression receiver: (_) @call.receiver . method: (identifier) @call.name) @call
(class_implementation . (identifier) @scope.name) @scope
(method_definition (identifier) @scope.name) @scope @function
