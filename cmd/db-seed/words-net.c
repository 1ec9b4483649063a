#include "words.h"

static const char *const host_kinds[] = {
	"api", "app", "auth", "backup", "batch", "bastion", "build", "cache", "cdn", "consul", "ctl", "db",
	"dns", "edge", "etcd", "gateway", "git", "grafana", "ingest", "kafka", "lb", "log", "mail", "metrics",
	"minio", "mq", "monitor", "node", "ntp", "proxy", "queue", "redis", "relay", "runner", "search",
	"sftp", "store", "stream", "sync", "vault", "vpn", "web", "worker"
};

static const char *const sites[] = {
	"ams1", "ams2", "arn1", "atl1", "bom1", "cdg1", "cpt1", "dfw1", "dub1", "ewr1", "fra1", "fra2", "gru1",
	"hel1", "hkg1", "iad1", "icn1", "jnb1", "lax1", "lhr1", "lhr2", "lon1", "mad1", "mia1", "muc1", "nrt1",
	"nyc1", "nyc3", "ord1", "osl1", "par1", "sea1", "sfo1", "sfo2", "sin1", "sto1", "syd1", "tor1", "waw1",
	"zrh1"
};

static const char *const regions[] = {
	"af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1",
	"ap-southeast-2", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1",
	"eu-south-1", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1",
	"mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"
};

static const char *const mime_types[] = {
	"application/gzip", "application/javascript", "application/json", "application/msword",
	"application/octet-stream", "application/pdf", "application/protobuf", "application/rtf",
	"application/sql", "application/toml", "application/vnd.ms-excel", "application/wasm",
	"application/x-ndjson", "application/x-tar", "application/xml", "application/yaml", "application/zip",
	"application/zstd", "audio/aac", "audio/flac", "audio/mpeg", "audio/ogg", "audio/wav", "font/otf",
	"font/ttf", "font/woff2", "image/avif", "image/bmp", "image/gif", "image/jpeg", "image/png",
	"image/svg+xml", "image/tiff", "image/webp", "multipart/form-data", "text/calendar", "text/css",
	"text/csv", "text/html", "text/markdown", "text/plain", "text/vcard", "text/xml", "video/mp4",
	"video/mpeg", "video/ogg", "video/quicktime", "video/webm"
};

static const char *const extensions[] = {
	"avi", "bin", "bmp", "conf", "csv", "db", "docx", "flac", "gif", "gz", "html", "ics", "ini", "jpg",
	"js", "json", "log", "md", "mp3", "mp4", "odt", "ogg", "parquet", "pdf", "png", "ps", "py", "rtf",
	"sh", "sql", "svg", "tar", "toml", "tsv", "txt", "wav", "webp", "xlsx", "xml", "yaml", "zip", "zst"
};

static const char *const directories[] = {
	"/data", "/etc", "/home/app", "/mnt/backup", "/mnt/data", "/opt", "/srv", "/srv/http", "/tmp",
	"/usr/local/share", "/usr/share", "/var/cache", "/var/lib", "/var/log", "/var/spool"
};

const struct words words_host_kinds = WORDS(host_kinds);
const struct words words_sites = WORDS(sites);
const struct words words_regions = WORDS(regions);
const struct words words_mime_types = WORDS(mime_types);
const struct words words_extensions = WORDS(extensions);
const struct words words_directories = WORDS(directories);
