#ifndef HTTP_LOAD_HANDLE_H
#define HTTP_LOAD_HANDLE_H

#include <curl/curl.h>

#include "failure.h"
#include "mix.h"
#include "options.h"

/* What libcurl's handles have in common in both engines. */

/* Before the threads begin: libcurl itself, and what all handles share. Dies, naming the option, where the libcurl of
 * this machine cannot do what o asks for, or a file that o names cannot be read. o outlives the handles. */
void handle_setup(const struct options *o);
void handle_teardown(void); /* after the handles; without handle_setup() it does nothing */

/* A handle with the command line's options of connecting: TLS, proxy, unix socket, names, connect timeout, no signals.
 * Proxies of the environment (http_proxy, no_proxy) count for nothing: what is measured is what the command line says.
 * Names are resolved once and kept for the whole run; TLS sessions are not resumed, each connection makes a full
 * handshake. With --cacert or --capath no other authority counts. NULL where there was no memory. */
CURL *handle_new(const struct options *o);

/* With --server-name, URLs of origin have to name that host instead (the Host field stays), for the certificate and SNI
 * to be of it: its URL, "https://NAME:PORT", and in *to what CURLOPT_CONNECT_TO is to be, which leads to where
 * --connect-to and the URL want to. Else a copy of origin->base and NULL: handle_new() has set --connect-to. Caller
 * frees both; NULL where there was no memory. */
char *handle_base(const struct options *o, const struct origin *origin, struct curl_slist **to);

/* The class of libcurl's failure. */
enum failure handle_failure(CURLcode code);

#endif
