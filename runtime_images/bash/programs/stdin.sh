while IFS= read -r line || [ -n "$line" ]; do
    printf 'got %s\n' "$line"
done
