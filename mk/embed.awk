# Files as a C source: the table of embed.h.
# usage: awk -v strip=DIRECTORY/ -f mk/embed.awk FILE...   (sorted; texts, no NUL bytes)

function quoted(text) {
	gsub(/[\\"?]/, "\\\\&", text)
	gsub(/\t/, "\\t", text)
	return "\"" text
}

BEGIN {
	print "#include \"embed.h\"\n"
}

FNR == 1 {
	if (files)
		print ";\n"
	name[++files] = substr(FILENAME, length(strip) + 1)
	print "static const char text" files "[] ="
}

{
	print "\t" quoted($0) "\\n\""
}

END {
	if (files)
		print ";\n"
	print "const struct embedded embedded_files[] = {"
	for (i = 1; i <= files; i++)
		print "\t{\"" name[i] "\", text" i ", sizeof text" i " - 1},"
	print "\t{0},\n};"
}
