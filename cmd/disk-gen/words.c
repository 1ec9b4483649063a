#include "words.h"

const char *const words[WORDS] = {
	"access", "agent", "alias", "anchor", "archive", "array", "async", "atom", "backup", "batch", "beacon",
	"binary", "block", "board", "bridge", "broker", "buffer", "build", "bundle", "cache", "calendar", "canvas",
	"chain", "channel", "charset", "chunk", "cipher", "class", "client", "clock", "cloud", "cluster", "codec",
	"color", "column", "command", "config", "console", "context", "cookie", "core", "counter", "cursor",
	"daemon", "data", "date", "decimal", "delta", "digest", "dispatch", "domain", "driver", "editor", "email",
	"encode", "engine", "event", "export", "factory", "feed", "fetch", "field", "filter", "flow", "format",
	"frame", "function", "gateway", "graph", "grid", "group", "handler", "hash", "header", "helper", "hook",
	"image", "import", "index", "input", "iterator", "journal", "kernel", "layout", "ledger", "lexer", "link",
	"list", "locale", "logger", "map", "markup", "matrix", "memory", "merge", "message", "meta", "mirror",
	"model", "module", "monitor", "mutex", "native", "network", "node", "notify", "object", "offset", "option",
	"packet", "parser", "path", "pattern", "pipe", "plugin", "pool", "proxy", "query", "queue", "record",
	"reader", "router", "sample", "schema", "server", "session", "signal", "stream",
};
