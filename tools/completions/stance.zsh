#compdef stance
source <(stance completion zsh)
