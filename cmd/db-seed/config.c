#include "config.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

struct text {
	char *out;
	size_t len;
};

__attribute__((format(printf, 2, 3))) static void put(struct text *t, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->out + t->len, CONFIG_MAX - t->len, format, args);
	va_end(args);
	if (n > 0 && (size_t)n < CONFIG_MAX - t->len)
		t->len += (size_t)n;
}

static unsigned below(struct rng *rng, unsigned n)
{
	return (unsigned)rng_below(rng, n);
}

/* Up to three lighthouses; their addresses outside are those of documentation (RFC 5737). */
static void put_lighthouses(struct text *t, struct rng *rng, unsigned net, bool is_lighthouse)
{
	unsigned n = 1 + below(rng, 3);

	put(t, "static_host_map:\n");
	for (unsigned i = 1; i <= n; i++)
		put(t, "  \"10.%u.0.%u\": [\"203.0.113.%u:4242\"]\n", net, i, 1 + below(rng, 254));
	put(t, "\nlighthouse:\n  am_lighthouse: %s\n  interval: %u\n  hosts:%s\n", is_lighthouse ? "true" : "false",
	    10 * (1 + below(rng, 6)), is_lighthouse ? " []" : "");
	for (unsigned i = 1; i <= n && !is_lighthouse; i++)
		put(t, "    - \"10.%u.0.%u\"\n", net, i);
}

static void put_rule(struct text *t, const char *port, const char *proto, const char *group)
{
	put(t, "    - port: %s\n      proto: %s\n", port, proto);
	if (group)
		put(t, "      groups: [%s]\n", group);
	else
		put(t, "      host: any\n");
}

static void put_firewall(struct text *t, struct rng *rng)
{
	static const char *const groups[] = { "admin", "backend", "database", "edge", "monitoring", "storage" };
	static const char *const ports[] = { "22", "80", "443", "5432", "6379", "8080", "9090", "9100" };
	unsigned n = 1 + below(rng, 4);

	put(t, "\nfirewall:\n  conntrack:\n    tcp_timeout: %um\n    udp_timeout: 3m\n    default_timeout: 10m\n  outbound:\n",
	    5 + below(rng, 20));
	put_rule(t, "any", "any", NULL);
	put(t, "  inbound:\n");
	put_rule(t, "any", "icmp", NULL);
	for (unsigned i = 0; i < n; i++)
		put_rule(t, ports[below(rng, 8)], "tcp", groups[below(rng, 6)]);
}

size_t config_put(char out[CONFIG_MAX], struct rng *rng)
{
	static const unsigned mtu[] = { 1280, 1300, 1300, 1300, 1380, 1420 };
	struct text t = { .out = out };
	unsigned net = 1 + below(rng, 254);
	bool is_lighthouse = below(rng, 10) == 0;

	put(&t, "# Written by the control plane. Changes made here are lost with the next version.\n"
		"pki:\n  ca: /etc/nebula/ca.crt\n  cert: /etc/nebula/host.crt\n  key: /etc/nebula/host.key\n"
		"  crl: /etc/nebula/crl.pem\n  disconnect_invalid: true\n\n");
	put_lighthouses(&t, rng, net, is_lighthouse);
	put(&t, "\nlisten:\n  host: 0.0.0.0\n  port: %u\n  batch: 64\n\n", is_lighthouse ? 4242 : 0);
	put(&t, "punchy:\n  punch: true\n  respond: %s\n\n", below(rng, 2) ? "true" : "false");
	put(&t, "relay:\n  am_relay: %s\n  use_relays: true\n\n", below(rng, 20) == 0 ? "true" : "false");
	put(&t, "tun:\n  disabled: false\n  dev: nebula%u\n  mtu: %u\n  unsafe_routes: []\n\n", below(rng, 3), mtu[below(rng, 6)]);
	put(&t, "logging:\n  level: %s\n  format: json\n", below(rng, 8) == 0 ? "debug" : "info");
	put_firewall(&t, rng);
	return t.len;
}
