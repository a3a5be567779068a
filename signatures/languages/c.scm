; inherits c_family
