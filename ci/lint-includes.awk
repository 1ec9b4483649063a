# The include rule. First file: lines `module level`. Then all sources of cmd and lib.
# A module includes only modules of lower levels; a tool includes lib and the headers beside it.

function wrong(what) {
	print FILENAME ":" FNR ": " what
	bad = 1
}

function exists(path,   line, there) {
	there = (getline line < path) >= 0
	close(path)
	return there
}

NR == FNR {
	level[$1] = $2
	next
}

FNR == 1 {
	parts = split(FILENAME, path, "/")
	own = path[parts]
	sub(/\.[ch]$/, "", own)
	directory = FILENAME
	sub(/[^\/]*$/, "", directory)
	in_lib = path[1] == "lib"
	if (in_lib && !(own in level))
		wrong("the module " own " is in none of the Makefile's levels")
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	header = quoted[2]
	module = header
	sub(/\.h$/, "", module)
	if (header ~ /\//)
		wrong("includes \"" header "\", which names a directory")
	else if (!in_lib && parts > 2 && exists(directory header))
		next # its own
	else if (!(module in level))
		wrong("includes \"" header "\", which is neither a module of lib nor a header of its own")
	else if (in_lib && own in level && module != own && level[module] >= level[own])
		wrong("level " level[own] " includes \"" header "\" of level " level[module])
}

END {
	exit bad
}
