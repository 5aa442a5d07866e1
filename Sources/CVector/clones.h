#ifndef CVECTOR_CLONES_H
#define CVECTOR_CLONES_H

// One binary, each CPU's widest vectors. Other architectures have one baseline that suits all of their CPUs.
#if defined(__x86_64__) && defined(__linux__)
#define CVECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CVECTOR_CLONES
#endif

#endif
