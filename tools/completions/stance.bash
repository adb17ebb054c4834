# Loaded by bash when "stance" is completed first; the words come from the program itself.
source <(stance completion bash)
