#define _GNU_SOURCE
/* Without the macros that check the variadic calls' types: they name the functions that are looked up here. */
#define CURL_DISABLE_TYPECHECK
#include "late_curl.h"

#include <dlfcn.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

static struct {
    CURLcode (*global_init)(long);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *);
    void (*easy_reset)(CURL *);
    CURLcode (*easy_perform)(CURL *);
    const char *(*easy_strerror)(CURLcode);
    CURLcode (*setopt)(CURL *, CURLoption, ...);
    CURLcode (*getinfo)(CURL *, CURLINFO, ...);
    struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
    void (*slist_free_all)(struct curl_slist *);
    int is_there;
} late;

static int find(void *library, const char *name, void *place) {
    /* POSIX lets a function's address be read from the pointer to an object. */
    *(void **)place = dlsym(library, name);
    return *(void **)place != NULL;
}

static void load(void) {
    /* Never closed: its threads and tables live as long as the process. */
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    late.is_there = find(library, "curl_global_init", &late.global_init) && find(library, "curl_easy_init", &late.easy_init)
        && find(library, "curl_easy_cleanup", &late.easy_cleanup) && find(library, "curl_easy_reset", &late.easy_reset)
        && find(library, "curl_easy_perform", &late.easy_perform) && find(library, "curl_easy_strerror", &late.easy_strerror)
        && find(library, "curl_easy_setopt", &late.setopt) && find(library, "curl_easy_getinfo", &late.getinfo)
        && find(library, "curl_slist_append", &late.slist_append) && find(library, "curl_slist_free_all", &late.slist_free_all)
        && late.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

int receipts_curl_load(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return late.is_there;
}

CURL *receipts_curl_new(void) { return late.easy_init(); }
void receipts_curl_free(CURL *curl) { late.easy_cleanup(curl); }
void receipts_curl_reset(CURL *curl) { late.easy_reset(curl); }
CURLcode receipts_curl_perform(CURL *curl) { return late.easy_perform(curl); }
const char *receipts_curl_reason(CURLcode code) { return late.easy_strerror(code); }
struct curl_slist *receipts_curl_append(struct curl_slist *list, const char *line) { return late.slist_append(list, line); }
void receipts_curl_free_list(struct curl_slist *list) { late.slist_free_all(list); }

CURLcode receipts_curl_number(CURL *curl, CURLoption option, long value) { return late.setopt(curl, option, value); }
CURLcode receipts_curl_text(CURL *curl, CURLoption option, const char *value) { return late.setopt(curl, option, value); }
CURLcode receipts_curl_list(CURL *curl, CURLoption option, struct curl_slist *value) { return late.setopt(curl, option, value); }
CURLcode receipts_curl_receive(CURL *curl, receipts_curl_sink sink, void *context) {
    CURLcode code = late.setopt(curl, CURLOPT_WRITEFUNCTION, sink);
    return code == CURLE_OK ? late.setopt(curl, CURLOPT_WRITEDATA, context) : code;
}
CURLcode receipts_curl_body(CURL *curl, const void *bytes, long count) {
    CURLcode code = late.setopt(curl, CURLOPT_POSTFIELDSIZE, count);
    return code == CURLE_OK ? late.setopt(curl, CURLOPT_COPYPOSTFIELDS, bytes) : code;
}
/* The older spelling before curl 7.85. */
CURLcode receipts_curl_only_http(CURL *curl) {
#if LIBCURL_VERSION_NUM >= 0x075500
    return late.setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return late.setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}
long receipts_curl_status(CURL *curl) {
    long status = 0;
    late.getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}
const char *receipts_curl_location(CURL *curl) {
    char *place = NULL;
    late.getinfo(curl, CURLINFO_REDIRECT_URL, &place);
    return place;
}

static curl_socket_t receipts_curl_open(void *data, curlsocktype purpose, struct curl_sockaddr *address) {
    struct receipts_curl_gate *gate = (struct receipts_curl_gate *)data;
    int is_let = 0;
    (void)purpose;
    if (address->family == AF_INET)
        is_let = gate->judge(gate->context, (const unsigned char *)&((struct sockaddr_in *)&address->addr)->sin_addr, 4);
    else if (address->family == AF_INET6)
        is_let = gate->judge(gate->context, (const unsigned char *)&((struct sockaddr_in6 *)&address->addr)->sin6_addr, 16);
    return is_let ? socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol) : CURL_SOCKET_BAD;
}
CURLcode receipts_curl_guard(CURL *curl, struct receipts_curl_gate *gate) {
    CURLcode code = late.setopt(curl, CURLOPT_OPENSOCKETFUNCTION, receipts_curl_open);
    return code == CURLE_OK ? late.setopt(curl, CURLOPT_OPENSOCKETDATA, gate) : code;
}
CURLcode receipts_curl_head(CURL *curl, receipts_curl_sink sink, void *context) {
    CURLcode code = late.setopt(curl, CURLOPT_HEADERFUNCTION, sink);
    return code == CURLE_OK ? late.setopt(curl, CURLOPT_HEADERDATA, context) : code;
}
