# Prints the class to run, and the one whose name the file is to have.
{ text = text $0 "\n" }
END {
    while (match(text, /"(\\.|[^"\\\n])*"|"""|\047(\\.|[^\047\\\n])+\047|\/\/[^\n]*|\/\*/)) {
        token = substr(text, RSTART, RLENGTH)
        code = code substr(text, 1, RSTART - 1) " "
        text = substr(text, RSTART + RLENGTH)
        last = token == "/*" ? "*/" : token == "\"\"\"" ? token : ""
        if (last) text = index(text, last) ? substr(text, index(text, last) + length(last)) : ""
    }
    code = code text
    class = "Main"
    while (match(code, /[{}]|(public[ \t\n]+)?((abstract|final|sealed|strictfp)[ \t\n]+)*(class|interface|enum|record)[ \t\n]+[A-Za-z0-9_$\200-\377]+|void[ \t\n]+main[ \t\n]*\(|package[ \t\n]+[A-Za-z0-9_.]+/)) {
        token = substr(code, RSTART, RLENGTH)
        code = substr(code, RSTART + RLENGTH)
        if (token == "{") depth++
        else if (token == "}") depth--
        else if (token ~ /^void/) { if (!main || class == public) main = depth ? class : "Main" }
        else if (depth) continue
        else if (token ~ /^package/) { sub(/^package[ \t\n]+/, "", token); package = token "." }
        else { class = token; sub(/^.*[ \t\n]/, "", class); if (token ~ /^public/) public = class }
    }
    print package (main ? main : class), public ? public : "Main"
}
