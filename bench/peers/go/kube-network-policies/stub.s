// Empty: lets Go accept a function without a body, which evaluate.go links to.
