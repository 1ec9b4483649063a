#ifndef TESTS_RESPONSES_H
#define TESTS_RESPONSES_H

#include <stdbool.h>
#include <stddef.h>

/* Responses that a server should not send, or only just may, and what RFC 9112 makes of them. */

enum expected {
	WHOLE,  /* done, before the connection ends */
	CLOSED, /* done by the connection's end */
	CUT,    /* broken by the connection's end */
	BROKEN
};

struct expectation {
	const char *name, *bytes;
	size_t len;
	enum expected expected;
	int status;         /* 0: not looked at, as in what is broken */
	const char *body;   /* NULL: empty */
	bool reusable;
	size_t surplus;     /* bytes behind it */
	const char *why;    /* of CUT and BROKEN */
	bool to_head;
	bool mock;
};

#define B(text) text, sizeof(text) - 1
#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKS OK "Transfer-Encoding: chunked\r\n\r\n"
#define LENGTH(n) OK "Content-Length: " n "\r\n\r\n"
#define CODING(coding) OK "Transfer-Encoding: " coding "\r\n\r\n"

#define NO_HTTP "not a response of HTTP/1"
#define STATUS_LINE "the status line cannot be read"
#define NAME "a field's name is no token"
#define COLON "a line of the head has no colon"
#define VALUE "a field's value has a control character"
#define LONE_CR "a line of the head has a lone CR"
#define NO_NUMBER "Content-Length is no number"
#define TOO_LARGE "Content-Length is too large"
#define DIFFER "Content-Lengths differ"
#define NO_CODING "Transfer-Encoding cannot be read"
#define TWICE "Transfer-Encoding has chunked twice"
#define UPGRADE "status 101, but no upgrade was asked for"
#define SIZE "a chunk's size cannot be read"
#define SIZE_TOO_LARGE "a chunk's size is too large"
#define SIZE_END "a chunk's size does not end in CRLF"
#define DATA_LONG "a chunk's data is longer than its size"
#define DATA_END "a chunk's data does not end in CRLF"
#define EXTENSION "a chunk's extension cannot be read"
#define TRAILER "a trailer field cannot be read"
#define TRAILER_END "the trailer does not end in CRLF"
#define CUT_HEAD "the connection ended in the head"
#define CUT_LENGTH "the connection ended before Content-Length was reached"
#define CUT_CHUNKS "the connection ended before the last chunk"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers" /* what is left out is 0 */
static const struct expectation table[] = {
	/* Status lines. */
	{"plain", B(LENGTH("2") "hi"), WHOLE, 200, "hi", true},
	{"no reason", B("HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi"), WHOLE, 200, "hi", true},
	{"no reason and no space", B("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi"), WHOLE, 200, "hi", true},
	{"a reason of obs-text", B("HTTP/1.1 200 \xe9t\xe9\xff\tx\r\nContent-Length: 0\r\n\r\n"),
	 WHOLE, 200, NULL, true},
	{"a reason of many spaces", B("HTTP/1.1 404    Not  Found  \r\nContent-Length: 0\r\n\r\n"),
	 WHOLE, 404, NULL, true},
	{"NUL in the reason", B("HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n"), BROKEN, .why = STATUS_LINE},
	{"a lone CR in the reason", B("HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n"), BROKEN, .why = STATUS_LINE},
	{"HTTP/1.0", B("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"), WHOLE, 200, "hi", false},
	{"HTTP/1.0 to the end", B("HTTP/1.0 200 OK\r\n\r\nhi"), CLOSED, 200, "hi", false},
	{"HTTP/1.0 kept alive", B("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nhi"),
	 WHOLE, 200, "hi", true},
	{"HTTP/1.7 as 1.1", B("HTTP/1.7 200 OK\r\nContent-Length: 2\r\n\r\nhi"), WHOLE, 200, "hi", true},
	{"HTTP/1.10", B("HTTP/1.10 200 OK\r\nContent-Length: 2\r\n\r\nhi"), BROKEN, .why = STATUS_LINE},
	{"HTTP/1.x", B("HTTP/1.x 200 OK\r\n\r\n"), BROKEN, .why = STATUS_LINE},
	{"HTTP/2.0", B("HTTP/2.0 200 OK\r\n\r\n"), BROKEN, .why = NO_HTTP},
	{"HTTP/11", B("HTTP/11 200 OK\r\n\r\n"), BROKEN, .why = NO_HTTP},
	{"small letters", B("http/1.1 200 OK\r\n\r\n"), BROKEN, .why = NO_HTTP},
	{"ICY", B("ICY 200 OK\r\n\r\n"), BROKEN, .why = NO_HTTP},
	{"another protocol", B("SSH-2.0-OpenSSH_9.2\r\n"), BROKEN, .why = NO_HTTP},
	{"TLS", B("\x15\x03\x03\x00\x02\x02\x16"), BROKEN, .why = NO_HTTP},
	{"frames of HTTP/2", B("\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80"), BROKEN, .why = NO_HTTP},
	{"no status line", B("<html>hello</html>"), BROKEN, .why = NO_HTTP},
	{"an empty line before it", B("\r\n" LENGTH("0")), BROKEN, .why = NO_HTTP},
	{"a space before it", B(" " LENGTH("0")), BROKEN, .why = NO_HTTP},
	{"two spaces", B("HTTP/1.1  200 OK\r\n\r\n"), BROKEN, .why = STATUS_LINE},
	{"a tab", B("HTTP/1.1\t200 OK\r\n\r\n"), BROKEN, .why = STATUS_LINE},
	{"two digits", B("HTTP/1.1 99 OK\r\n\r\n"), BROKEN, .why = STATUS_LINE},
	{"four digits", B("HTTP/1.1 2000 OK\r\n\r\n"), BROKEN, .why = STATUS_LINE},
	{"a negative status", B("HTTP/1.1 -20 OK\r\n\r\n"), BROKEN, .why = STATUS_LINE},
	{"letters for a status", B("HTTP/1.1 2xx OK\r\n\r\n"), BROKEN, .why = STATUS_LINE},
	{"a letter in a status", B("HTTP/1.1 20x OK\r\n\r\n"), BROKEN, .why = STATUS_LINE},
	{"no status", B("HTTP/1.1\r\n\r\n"), BROKEN, .why = STATUS_LINE},
	{"a status line that is the shortest", B("HTTP/1.1 200\n\n"), CLOSED, 200},
	{"one shorter", B("HTTP/1.1 20\n\n"), BROKEN, .why = STATUS_LINE},
	{"a status past all classes", B("HTTP/1.1 999 X\r\nContent-Length: 2\r\n\r\nhi"), WHOLE, 999, "hi", true},
	{"a status before all classes", B("HTTP/1.1 099 X\r\nContent-Length: 2\r\n\r\nhi"), WHOLE, 99, "hi", true},

	/* Lines. */
	{"lone LF", B("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi"), WHOLE, 200, "hi", true},
	{"CRLF and LF", B("HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\nhi"), WHOLE, 200, "hi", true},
	{"LF after CRLF", B("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\nhi"), WHOLE, 200, "hi", true},
	{"CR for a line's end", B("HTTP/1.1 200 OK\rContent-Length: 2\r\rhi\n\n"), BROKEN, .why = STATUS_LINE},
	{"two CRs", B("HTTP/1.1 200 OK\r\nContent-Length: 2\r\r\n\r\nhi"), BROKEN, .why = VALUE},
	{"a line of CR", B("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\r\n\r\nhi"), BROKEN, .why = LONE_CR},
	{"a lone CR before a name", B("HTTP/1.1 200 OK\r\n\rA: b\r\n\r\n"), BROKEN, .why = LONE_CR},
	{"no empty line", B("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"), CUT, .why = CUT_HEAD},
	{"half an empty line", B("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r"), CUT, .why = CUT_HEAD},
	{"one byte", B("H"), CUT, .why = CUT_HEAD},
	{"no fields", B("HTTP/1.1 200 OK\r\n\r\nhi"), CLOSED, 200, "hi"},

	/* Fields. */
	{"any name of a token", B(OK "!#$%&'*+-.^_`|~09azAZ: x\r\nContent-Length: 0\r\n\r\n"), WHOLE, 200, NULL, true},
	{"an empty value", B(OK "A:\r\nB: \t \r\nContent-Length: 0\r\n\r\n"), WHOLE, 200, NULL, true},
	{"no space before a value", B(OK "Content-Length:2\r\n\r\nhi"), WHOLE, 200, "hi", true},
	{"much space around a value", B(OK "Content-Length:\t  2 \t \r\n\r\nhi"), WHOLE, 200, "hi", true},
	{"letters of any size", B(OK "cONTENT-lENGTH: 2\r\n\r\nhi"), WHOLE, 200, "hi", true},
	{"space before the colon", B(OK "Content-Length : 2\r\n\r\nhi"), BROKEN, .why = NAME},
	{"no name", B(OK ": 2\r\n\r\n"), BROKEN, .why = NAME},
	{"no colon", B(OK "Content-Length\r\n\r\n"), BROKEN, .why = COLON},
	{"no colon, LF", B(OK "Content-Length\n\n"), BROKEN, .why = COLON},
	{"a name in parentheses", B(OK "(A): b\r\n\r\n"), BROKEN, .why = NAME},
	{"obs-text in a name", B(OK "\xc3\xa9: b\r\n\r\n"), BROKEN, .why = NAME},
	{"NUL in a name", B(OK "A\0B: b\r\n\r\n"), BROKEN, .why = NAME},
	{"NUL in a value", B(OK "A: b\0c\r\n\r\n"), BROKEN, .why = VALUE},
	{"DEL in a long value", B(OK "A: 0123456789abcde\x7f" "0123456789\r\n\r\n"), BROKEN, .why = VALUE},
	{"ESC in a long value", B(OK "A: 0123456789abcdef\x1b" "0123456789\r\n\r\n"), BROKEN, .why = VALUE},
	{"CR in a value", B(OK "A: b\rContent-Length: 5\r\n\r\n"), BROKEN, .why = VALUE},
	{"obs-text and tabs in a value", B(OK "A: \xff\x80\tcaf\xc3\xa9\t\xa0 01234567\r\nContent-Length: 0\r\n\r\n"),
	 WHOLE, 200, NULL, true},
	{"folded lines", B(OK "A: b\r\n c\r\n\td\r\nContent-Length: 2\r\n\r\nhi"), WHOLE, 200, "hi", true},
	{"a folded length", B(OK "Content-Length:\r\n 2\r\n\r\nhi"), WHOLE, 200, "hi", true},
	{"a folded length, LF", B(OK "Content-Length:\n\t2\n \n\nhi"), WHOLE, 200, "hi", true},
	{"a length folded in its middle", B(OK "Content-Length: 1\r\n 2\r\n\r\nhi"), BROKEN, .why = NO_NUMBER},
	{"a folded list", B(OK "Transfer-Encoding: gzip,\r\n chunked\r\n\r\n0\r\n\r\n"), WHOLE, 200, NULL, true},
	{"a fold of nothing", B(OK "Content-Length: 2\r\n   \r\n\r\nhi"), WHOLE, 200, "hi", true},
	{"a field in a fold", B(OK "A: b\r\n Content-Length: 9\r\nContent-Length: 2\r\n\r\nhi"),
	 WHOLE, 200, "hi", true},
	{"a fold of the status line", B(OK " A: b\r\n\r\n"), BROKEN, .why = NAME},
	{"space alone after the status line", B(OK " \r\nContent-Length: 0\r\n\r\n"), BROKEN, .why = NAME},

	/* Content-Length. */
	{"nothing", B(LENGTH("0")), WHOLE, 200, NULL, true},
	{"leading zeros", B(LENGTH("0000000000000000000000000002") "hi"), WHOLE, 200, "hi", true},
	{"a list of equals", B(LENGTH("2, 2,2") "hi"), WHOLE, 200, "hi", true},
	{"a list with empty elements", B(LENGTH(", 2,, ,2,") "hi"), WHOLE, 200, "hi", true},
	{"equals in two fields", B(OK "Content-Length: 2\r\ncontent-length: 02\r\n\r\nhi"), WHOLE, 200, "hi", true},
	{"a list of different ones", B(LENGTH("2, 3") "hi"), BROKEN, 200, .why = DIFFER},
	{"different ones in two fields", B(OK "Content-Length: 3\r\nContent-Length: 2\r\n\r\nhi"),
	 BROKEN, 200, .why = DIFFER},
	{"zero and more", B(OK "Content-Length: 0\r\nContent-Length: 2\r\n\r\nhi"), BROKEN, 200, .why = DIFFER},
	{"a number and none", B(OK "Content-Length: 2\r\nContent-Length: x\r\n\r\nhi"), BROKEN, 200, .why = NO_NUMBER},
	{"none and a number", B(OK "Content-Length: x\r\nContent-Length: 2\r\n\r\nhi"), BROKEN, 200, .why = NO_NUMBER},
	{"negative", B(LENGTH("-2") "hi"), BROKEN, 200, .why = NO_NUMBER},
	{"with a plus", B(LENGTH("+2") "hi"), BROKEN, 200, .why = NO_NUMBER},
	{"hexadecimal", B(LENGTH("0x2") "hi"), BROKEN, 200, .why = NO_NUMBER},
	{"a fraction", B(LENGTH("2.0") "hi"), BROKEN, 200, .why = NO_NUMBER},
	{"a digit and a colon", B(LENGTH("2:") "hi"), BROKEN, 200, .why = NO_NUMBER},
	{"two numbers", B(LENGTH("2 2") "hi"), BROKEN, 200, .why = NO_NUMBER},
	{"quoted", B(LENGTH("\"2\"") "hi"), BROKEN, 200, .why = NO_NUMBER},
	{"with a parameter", B(LENGTH("2;a=b") "hi"), BROKEN, 200, .why = NO_NUMBER},
	{"an empty length", B(LENGTH("") "hi"), BROKEN, 200, .why = NO_NUMBER},
	{"a comma for a length", B(LENGTH(",") "hi"), BROKEN, 200, .why = NO_NUMBER},
	{"2^63 - 1", B(LENGTH("9223372036854775807") "hi"), CUT, 200, "hi", .why = CUT_LENGTH},
	{"2^63", B(LENGTH("9223372036854775808") "hi"), BROKEN, 200, .why = TOO_LARGE},
	{"2^64 + 2", B(LENGTH("18446744073709551618") "hi"), BROKEN, 200, .why = TOO_LARGE},
	{"10^40", B(LENGTH("10000000000000000000000000000000000000000") "hi"), BROKEN, 200, .why = TOO_LARGE},
	{"longer than the body", B(LENGTH("5") "hi"), CUT, 200, "hi", .why = CUT_LENGTH},
	{"no body at all", B(LENGTH("5")), CUT, 200, .why = CUT_LENGTH},
	{"shorter than the body", B(LENGTH("2") "hidden"), WHOLE, 200, "hi", true, .surplus = 4},
	{"pipelined surplus", B(LENGTH("2") "hi" LENGTH("2") "ho"),
	 WHOLE, 200, "hi", true, .surplus = sizeof(LENGTH("2") "ho") - 1},
	{"205 with a body", B("HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\n\r\nhi"), WHOLE, 205, "hi", true},

	/* No body. */
	{"204", B("HTTP/1.1 204 No Content\r\n\r\n"), WHOLE, 204, NULL, true},
	{"204 with a length", B("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nhi"),
	 WHOLE, 204, NULL, true, .surplus = 2},
	{"204 chunked", B("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
	 WHOLE, 204, NULL, true, .surplus = 5},
	{"304 with a length", B("HTTP/1.1 304 Not Modified\r\nContent-Length: 2000\r\n\r\n"), WHOLE, 304, NULL, true},
	{"304 that closes", B("HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"), WHOLE, 304},
	{"304 with different lengths", B("HTTP/1.1 304 Not Modified\r\nContent-Length: 2, 3\r\n\r\n"),
	 WHOLE, 304, NULL, true},
	{"HEAD", B(LENGTH("2000")), WHOLE, 200, NULL, true, .to_head = true},
	{"HEAD chunked", B(CHUNKS), WHOLE, 200, NULL, true, .to_head = true},
	{"HEAD without a length", B(OK "\r\n"), WHOLE, 200, NULL, true, .to_head = true},
	{"HEAD with a body", B(LENGTH("2") "hi"), WHOLE, 200, NULL, true, .surplus = 2, .to_head = true},
	{"HEAD with a coding", B(CODING("gzip")), WHOLE, 200, NULL, true, .to_head = true},
	{"HEAD with an unreadable coding", B(CODING("gzip;")), WHOLE, 200, NULL, true, .to_head = true},

	/* Connection. */
	{"close", B(OK "Connection: close\r\nContent-Length: 2\r\n\r\nhi"), WHOLE, 200, "hi"},
	{"close in a list", B(OK "Connection: foo,, Upgrade , CLOSE\r\nContent-Length: 2\r\n\r\nhi"), WHOLE, 200, "hi"},
	{"close in another field", B(OK "Connection: keep-alive\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"),
	 WHOLE, 200, "hi"},
	{"close beats keep-alive", B("HTTP/1.0 200 OK\r\nConnection: close, keep-alive\r\nContent-Length: 2\r\n\r\nhi"),
	 WHOLE, 200, "hi"},
	{"a word that begins as close", B(OK "Connection: closed, clos, x-close\r\nContent-Length: 2\r\n\r\nhi"),
	 WHOLE, 200, "hi", true},
	{"close in another field's value", B(OK "X-Connection: close\r\nContent-Length: 2\r\n\r\nhi"),
	 WHOLE, 200, "hi", true},
	{"kept alive without a length", B(OK "Connection: keep-alive\r\n\r\nhi"), CLOSED, 200, "hi"},
	{"to the end, and nothing there", B(OK "\r\n"), CLOSED, 200},

	/* Transfer-Encoding. */
	{"chunked", B(CHUNKS "2\r\nhi\r\n3\r\n ho\r\n0\r\n\r\n"), WHOLE, 200, "hi ho", true},
	{"CHUNKED", B(CODING("CHUNKED") "2\r\nhi\r\n0\r\n\r\n"), WHOLE, 200, "hi", true},
	{"chunked in the second field",
	 B(OK "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
	 WHOLE, 200, "hi", true},
	{"chunked, with empty elements", B(CODING(",, chunked ,") "2\r\nhi\r\n0\r\n\r\n"), WHOLE, 200, "hi", true},
	{"a coding with parameters before it",
	 B(CODING("x ; a = \"b,\\\"chunked\" ;c=d , chunked") "2\r\nhi\r\n0\r\n\r\n"),
	 WHOLE, 200, "hi", true},
	{"chunked is not the last", B(CODING("chunked, gzip") "2\r\nhi\r\n0\r\n\r\n"),
	 CLOSED, 200, "2\r\nhi\r\n0\r\n\r\n"},
	{"chunked is not in the last field", B(OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\nhi"),
	 CLOSED, 200, "hi"},
	{"identity", B(CODING("identity") "hi"), CLOSED, 200, "hi"},
	{"an empty coding", B(CODING("") "hi"), CLOSED, 200, "hi"},
	{"xchunked", B(CODING("xchunked") "hi"), CLOSED, 200, "hi"},
	{"another coding beats a length", B(OK "Transfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhiho"),
	 CLOSED, 200, "hiho"},
	{"chunked twice", B(CODING("chunked, chunked") "0\r\n\r\n"), BROKEN, 200, .why = TWICE},
	{"chunked in two fields", B(OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
	 BROKEN, 200, .why = TWICE},
	{"chunked with a parameter", B(CODING("chunked;a=b") "0\r\n\r\n"), BROKEN, 200, .why = NO_CODING},
	{"chunked in quotes", B(CODING("\"chunked\"") "0\r\n\r\n"), BROKEN, 200, .why = NO_CODING},
	{"chunked and a word", B(CODING("chunked x") "0\r\n\r\n"), BROKEN, 200, .why = NO_CODING},
	{"chunked twice, but not the last", B(CODING("chunked, chunked, gzip") "hi"), CLOSED, 200, "hi"},
	{"parameters alone", B(CODING(";a=b, chunked") "0\r\n\r\n"), BROKEN, 200, .why = NO_CODING},
	{"a parameter without a value", B(CODING("gzip;q, chunked") "0\r\n\r\n"), BROKEN, 200, .why = NO_CODING},
	{"quotes that stay open", B(CODING("gzip;q=\"a, chunked") "0\r\n\r\n"), BROKEN, 200, .why = NO_CODING},
	{"quotes that end in an escape", B(CODING("gzip;q=\"a\\") "0\r\n\r\n"), BROKEN, 200, .why = NO_CODING},
	{"both framings", B(OK "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
	 WHOLE, 200, "hi"},
	{"both framings the other way round",
	 B(OK "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
	 WHOLE, 200, "hi"},
	{"chunked and no number", B(OK "Transfer-Encoding: chunked\r\nContent-Length: x\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
	 WHOLE, 200, "hi"},
	{"both framings, to HEAD", B(OK "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"),
	 WHOLE, 200, .to_head = true},
	{"HTTP/1.0 chunked",
	 B("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
	 WHOLE, 200, "hi"},

	/* Chunks. */
	{"no chunk but the last", B(CHUNKS "0\r\n\r\n"), WHOLE, 200, NULL, true},
	{"a last chunk of many zeros", B(CHUNKS "0000000000000000000000\r\n\r\n"), WHOLE, 200, NULL, true},
	{"leading zeros of a size", B(CHUNKS "00000000000000000000000002\r\nhi\r\n0\r\n\r\n"), WHOLE, 200, "hi", true},
	{"letters in a size", B(CHUNKS "a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n"),
	 WHOLE, 200, "01234567890123456789a", true},
	{"CRLF in a chunk", B(CHUNKS "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n"), WHOLE, 200, "\r\n0\r\n\r\n", true},
	{"surplus after chunks", B(CHUNKS "2\r\nhi\r\n0\r\n\r\nHTTP"), WHOLE, 200, "hi", true, .surplus = 4},
	{"chunks that close", B(OK "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
	 WHOLE, 200, "hi"},
	{"an empty size", B(CHUNKS "\r\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = SIZE},
	{"a negative size", B(CHUNKS "-2\r\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = SIZE},
	{"a size of 0x", B(CHUNKS "0x2\r\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = SIZE},
	{"a size of g", B(CHUNKS "g\r\n"), BROKEN, 200, .why = SIZE},
	{"space before a size", B(CHUNKS " 2\r\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = SIZE},
	{"a size of 2^63 - 1", B(CHUNKS "7fffffffffffffff\r\nhi"), CUT, 200, "hi", .why = CUT_CHUNKS},
	{"a size of 2^63", B(CHUNKS "8000000000000000\r\nhi"), BROKEN, 200, .why = SIZE_TOO_LARGE},
	{"a size of 2^64 + 2", B(CHUNKS "10000000000000002\r\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = SIZE_TOO_LARGE},
	{"a size before LF", B(CHUNKS "2\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = SIZE},
	{"a size before CR", B(CHUNKS "2\rhi\r\n0\r\n\r\n"), BROKEN, 200, .why = SIZE_END},
	{"space after a size", B(CHUNKS "2 \r\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = EXTENSION},
	{"LF after the data", B(CHUNKS "2\r\nhi\n0\r\n\r\n"), BROKEN, 200, "hi", .why = DATA_LONG},
	{"CR after the data", B(CHUNKS "2\r\nhi\r0\r\n\r\n"), BROKEN, 200, "hi", .why = DATA_END},
	{"data longer than the size", B(CHUNKS "2\r\nhidden\r\n0\r\n\r\n"), BROKEN, 200, "hi", .why = DATA_LONG},
	{"data shorter than the size", B(CHUNKS "9\r\nhi\r\n0\r\n\r\n"),
	 CUT, 200, "hi\r\n0\r\n\r\n", .why = CUT_CHUNKS},
	{"no last chunk", B(CHUNKS "2\r\nhi\r\n"), CUT, 200, "hi", .why = CUT_CHUNKS},
	{"no end behind the last chunk", B(CHUNKS "2\r\nhi\r\n0\r\n"), CUT, 200, "hi", .why = CUT_CHUNKS},
	{"ended in a size", B(CHUNKS "2"), CUT, 200, .why = CUT_CHUNKS},
	{"a byte behind the last chunk", B(CHUNKS "0\r\n\rX"), BROKEN, 200, .why = TRAILER_END},

	/* Extensions and trailers. */
	{"extensions", B(CHUNKS "2;a;b=c;d=\"e\"\r\nhi\r\n0;last\r\n\r\n"), WHOLE, 200, "hi", true},
	{"extensions with space", B(CHUNKS "2 \t; a\t;b  = c ; d =\t\"e\" ;f\r\nhi\r\n0\r\n\r\n"),
	 WHOLE, 200, "hi", true},
	{"quoted text of all kinds", B(CHUNKS "2;a=\"\\\"; \\\\\t\xff=\"\r\nhi\r\n0\r\n\r\n"), WHOLE, 200, "hi", true},
	{"CRLF in quotes", B(CHUNKS "2;a=\"\r\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = EXTENSION},
	{"CRLF escaped in quotes", B(CHUNKS "2;a=\"\\\r\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = EXTENSION},
	{"a control character escaped", B(CHUNKS "2;a=\"\\\1\"\r\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = EXTENSION},
	{"an extension without a name", B(CHUNKS "2;\r\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = EXTENSION},
	{"an extension of a value alone", B(CHUNKS "2;=b\r\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = EXTENSION},
	{"an extension without its value", B(CHUNKS "2;a=\r\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = EXTENSION},
	{"text behind quotes", B(CHUNKS "2;a=\"b\"c\r\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = EXTENSION},
	{"LF in an extension", B(CHUNKS "2;a=b\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = EXTENSION},
	{"two words of an extension", B(CHUNKS "2;a b\r\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = EXTENSION},
	{"space behind a value", B(CHUNKS "2;a=b \r\nhi\r\n0\r\n\r\n"), BROKEN, 200, .why = EXTENSION},
	{"trailers", B(CHUNKS "2\r\nhi\r\n0\r\nA: b\r\nC:\r\nDigest:\t\xff \r\n\r\n"), WHOLE, 200, "hi", true},
	{"a trailer that ends in LF", B(CHUNKS "0\r\nA: b\nC: d\r\n\r\n"), BROKEN, 200, .why = TRAILER},
	{"a trailer section that ends in LF", B(CHUNKS "0\r\nA: b\r\n\n"), BROKEN, 200, .why = TRAILER},
	{"no trailer, but LF", B(CHUNKS "0\r\n\n"), BROKEN, 200, .why = TRAILER},
	{"a folded trailer", B(CHUNKS "2\r\nhi\r\n0\r\nA: b\r\n c\r\n\r\n"), WHOLE, 200, "hi", true},
	{"trailers that would frame", B(CHUNKS "0\r\nContent-Length: 9\r\nConnection: close\r\n\r\n"),
	 WHOLE, 200, NULL, true},
	{"a trailer that says mock", B(CHUNKS "0\r\nX-Benchpipe: mock\r\n\r\n"), WHOLE, 200, NULL, true},
	{"a trailer with space before its colon", B(CHUNKS "0\r\nA : b\r\n\r\n"), BROKEN, 200, .why = TRAILER},
	{"a trailer without a colon", B(CHUNKS "0\r\nA\r\n\r\n"), BROKEN, 200, .why = TRAILER},
	{"a trailer without a name", B(CHUNKS "0\r\n: b\r\n\r\n"), BROKEN, 200, .why = TRAILER},
	{"a trailer that begins with space", B(CHUNKS "0\r\n A: b\r\n\r\n"), BROKEN, 200, .why = TRAILER},
	{"NUL in a trailer", B(CHUNKS "0\r\nA: \0\r\n\r\n"), BROKEN, 200, .why = TRAILER},
	{"CR in a trailer", B(CHUNKS "0\r\nA: b\rc\r\n\r\n"), BROKEN, 200, .why = TRAILER},
	{"ended in a trailer", B(CHUNKS "0\r\nA: b\r\n"), CUT, 200, .why = CUT_CHUNKS},

	/* 1xx. */
	{"100", B("HTTP/1.1 100 Continue\r\n\r\n" LENGTH("2") "hi"), WHOLE, 200, "hi", true},
	{"100, 102 and 103",
	 B("HTTP/1.1 100\r\n\r\nHTTP/1.1 102 x\n\n" "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" LENGTH("2") "hi"),
	 WHOLE, 200, "hi", true},
	{"199 with a length", B("HTTP/1.1 199 x\r\nContent-Length: 5\r\nConnection: close\r\n\r\n" LENGTH("2") "hi"),
	 WHOLE, 200, "hi", true},
	{"100 and a body", B("HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\nhello" LENGTH("2") "hi"),
	 BROKEN, .why = NO_HTTP},
	{"100 and an end", B("HTTP/1.1 100 Continue\r\n\r\n"), CUT, .why = CUT_HEAD},
	{"100 before HEAD's answer", B("HTTP/1.1 100 Continue\r\n\r\n" LENGTH("2")),
	 WHOLE, 200, NULL, true, .to_head = true},
	{"101", B("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n"),
	 BROKEN, .why = UPGRADE},
	{"a mock's 103", B("HTTP/1.1 103 x\r\nX-Benchpipe: mock\r\n\r\n" LENGTH("0")), WHOLE, 200, NULL, true},

	/* What says that it is a stand-in. */
	{"mock", B(OK "X-Benchpipe: mock\r\nContent-Length: 0\r\n\r\n"), WHOLE, 200, NULL, true, .mock = true},
	{"MOCK", B(OK "x-benchpipe:  MoCK\t\r\nContent-Length: 0\r\n\r\n"), WHOLE, 200, NULL, true, .mock = true},
	{"a folded mock", B(OK "X-Benchpipe:\r\n mock\r\n \r\nContent-Length: 0\r\n\r\n"),
	 WHOLE, 200, NULL, true, .mock = true},
	{"mock and more", B(OK "X-Benchpipe: mock\r\nX-Benchpipe: 2\r\nContent-Length: 0\r\n\r\n"),
	 WHOLE, 200, NULL, true, .mock = true},
	{"no mock", B(OK "X-Benchpipe: mocked\r\nContent-Length: 0\r\n\r\n"), WHOLE, 200, NULL, true},
	{"half a mock", B(OK "X-Benchpipe: moc\r\nContent-Length: 0\r\n\r\n"), WHOLE, 200, NULL, true},
	{"an empty mock", B(OK "X-Benchpipe:\r\nContent-Length: 0\r\n\r\n"), WHOLE, 200, NULL, true},
};
#pragma GCC diagnostic pop

#endif
