/* Stands where JBIG-KIT would, whose GNU licence does not go with ours.

   The libtiff that comes with tesserocr wants these names to be there. Nothing calls them: Tesseract
   is given pixels, never a file. */

#include <stdlib.h>

#define NEVER(name) void name(void) { abort(); }

NEVER(jbg_dec_free)
NEVER(jbg_dec_getimage)
NEVER(jbg_dec_getsize)
NEVER(jbg_dec_in)
NEVER(jbg_dec_init)
NEVER(jbg_enc_free)
NEVER(jbg_enc_init)
NEVER(jbg_enc_out)
NEVER(jbg_newlen)
NEVER(jbg_strerror)
