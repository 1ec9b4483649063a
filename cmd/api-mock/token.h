#ifndef API_MOCK_TOKEN_H
#define API_MOCK_TOKEN_H

/* Tokens and ids. The database knows tokens by their SHA-256 alone. */

#define TOKEN_NODE_HEADER "X-NebulaGC-Node-Token"
#define TOKEN_CLUSTER_HEADER "X-NebulaGC-Cluster-Token"
#define TOKEN_MIN 41 /* characters */

/* What stands before the id in the tokens of nodes and clusters that are set at the start. */
#define TOKEN_NODE_PREFIX "benchpipe-node-"
#define TOKEN_CLUSTER_PREFIX "benchpipe-cluster-"

#define TOKEN_LENGTH 64
/* A new token, from the kernel's random numbers. 0, or -1 with errno. */
int token_make(char text[TOKEN_LENGTH + 1]);

#define UUID_LENGTH 36
/* A version 4 UUID (RFC 9562). 0, or -1 with errno. */
int uuid_make(char text[UUID_LENGTH + 1]);

#endif
