"""What every room may use: messages, strict JSON, strict YAML. It knows nothing of gates."""
