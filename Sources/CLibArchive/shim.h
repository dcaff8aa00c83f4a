#include <archive.h>
#include <archive_entry.h>

/* Macros in C: file types of an entry. */
static const unsigned int receipts_ae_regular = AE_IFREG;
static const unsigned int receipts_ae_directory = AE_IFDIR;
