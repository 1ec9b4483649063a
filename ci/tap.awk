# Reads one program's TAP output for ci/tap. Prints failures with what was printed around them, writes skips
# (reason, tab, test) to skip_file, and ends with a line `= passed failed skipped`.
# Variables: name (of the program), status (of its exit), seconds (its limit), skip_file.
function flush_block() {
	if (block_failed)
		printf "%s", block
	block = ""
	block_failed = 0
}
function fail(what, n) {
	failures += n
	print "not ok - " name ": " what
}
function skip(test, reason) {
	skips++
	print (reason == "" ? "no reason given" : reason) "\t" test > skip_file
}
function directive(line) {
	return match(line, /# *[Ss][Kk][Ii][Pp][^ ]* */) ? substr(line, RSTART + RLENGTH) : ""
}
{
	sub(/\r$/, "")
	tail[NR % 20] = $0
}
/^1\.\.[0-9]+/ {
	has_plan = 1
	planned = substr($1, 4) + 0
	if (planned == 0) {
		if ($0 ~ /# *[Ss][Kk][Ii][Pp]/)
			skip(name, directive($0))
		else
			fail("planned no tests", 1)
	}
	next
}
/^(not )?ok([ \t]|$)/ {
	results++
	test = $0
	sub(/^(not )?ok *[0-9]* *-? */, "", test)
	flush_block()
	block = before $0 "\n"
	before = ""
	if (test ~ /# *[Ss][Kk][Ii][Pp]/) {
		reason = directive(test)
		sub(/ *# *[Ss][Kk][Ii][Pp].*/, "", test)
		skip(test == "" ? name : test, reason)
	} else if ($1 == "ok") {
		passes++
	} else {
		failures++
		block_failed = 1
	}
	next
}
/^Bail out!/ {
	fail($0, 1)
}
{ # belongs to the result before it, and may be the cause of the one after it
	block = block $0 "\n"
	before = block_failed ? "" : before $0 "\n"
}
END {
	flush_block()
	why = status > 128 ? "killed by signal " status - 128 : "exited with status " status
	if (status == 124 || status == 137)
		why = "stopped after " seconds " s"
	if (!has_plan) {
		fail("no plan printed, " why, 1)
		for (i = NR > 20 ? NR - 19 : 1; i <= NR; i++)
			print "  " tail[i % 20]
	} else if (results < planned) {
		fail("planned " planned ", got " results + 0 ", " why, planned - results)
		printf "%s", before
	} else if (results > planned && planned > 0) {
		fail("planned " planned ", got " results, 1)
	} else if (status != 0 && failures == 0) {
		fail(why, 1)
		printf "%s", before
	}
	print "= " passes + 0, failures + 0, skips + 0
}
