#include <oneapi/dnnl/dnnl.h>
#include <oneapi/dnnl/dnnl_debug.h>
#include <stdio.h>

#include "conednn.h"
#include "engine.h"

const char *conednn_status_name(int status) { return dnnl_status2str((dnnl_status_t)status); }

_Static_assert(CONEDNN_OUT_OF_MEMORY == (int)dnnl_out_of_memory, "the header cannot have oneDNN's own name for it");

const char *conednn_runtime(void) {
    switch (dnnl_version()->cpu_runtime) {
        case DNNL_RUNTIME_NONE: return "none";
        case DNNL_RUNTIME_SEQ: return "SEQ";
        case DNNL_RUNTIME_OMP: return "OMP";
        case DNNL_RUNTIME_TBB: return "TBB";
        case DNNL_RUNTIME_THREADPOOL: return "THREADPOOL";
        default: return "unknown";
    }
}

void conednn_version(char text[32]) {
    const dnnl_version_t *version = dnnl_version();
    snprintf(text, 32, "%d.%d.%d", version->major, version->minor, version->patch);
}

static int instructions(void) { return (int)dnnl_get_effective_cpu_isa(); }

static bool has(dnnl_cpu_isa_t some) { return (instructions() & (int)some) == (int)some; }

bool conednn_has_avx2(void) { return has(dnnl_cpu_isa_avx2); }

bool conednn_has_bf16(void) { return has(dnnl_cpu_isa_avx512_core_bf16); }

bool conednn_multiplies_tiles(void) { return has(dnnl_cpu_isa_avx512_core_amx); }

const char *conednn_instructions(void) {
    switch (instructions()) {
        case dnnl_cpu_isa_sse41: return "sse41";
        case dnnl_cpu_isa_avx: return "avx";
        case dnnl_cpu_isa_avx2: return "avx2";
        case dnnl_cpu_isa_avx2_vnni: return "avx2_vnni";
        case dnnl_cpu_isa_avx512_core: return "avx512_core";
        case dnnl_cpu_isa_avx512_core_vnni: return "avx512_core_vnni";
        case dnnl_cpu_isa_avx512_core_bf16: return "avx512_core_bf16";
        case dnnl_cpu_isa_avx512_core_amx: return "avx512_core_amx";
        default: return "other instructions";
    }
}
