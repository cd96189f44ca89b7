# Prints pairs of files, for tsort: the first makes a module that the second uses.
{ gsub(/[,:()]/, " "); $0 = tolower($0) }
FNR == 1 { print FILENAME, FILENAME }
$1 == "module" && $2 !~ /^(procedure|subroutine|function)$/ { made[$2] = FILENAME }
$1 == "use" { used[FILENAME] = used[FILENAME] " " ($2 ~ /intrinsic/ ? $3 : $2) }
$1 == "submodule" { used[FILENAME] = used[FILENAME] " " $2 }
END {
    for (file in used) {
        count = split(used[file], names)
        for (i = 1; i <= count; i++) if (names[i] in made) print made[names[i]], file
    }
}
