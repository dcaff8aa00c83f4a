/* Debian's headers pull in ICU, which clashes with Foundation's own copy; we never use that part. */
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlwriter.h>
#include <libxml/xmlschemas.h>
#include <libxml/xpath.h>
#include <libxml/pattern.h>

/* xmlFree is a mutable global, which Swift 6 refuses to touch. */
static inline void receipts_xml_free(void *memory) { xmlFree(memory); }
