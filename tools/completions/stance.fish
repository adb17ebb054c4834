stance completion fish | source
