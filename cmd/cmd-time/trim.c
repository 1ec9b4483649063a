#include "trim.h"

#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

static int add_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct trim *trim = arg;
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	(void)size;
	for (int i = 0; i < info->dlpi_phnum && trim->n < TRIM_MAX; i++) {
		const ElfW(Phdr) *phdr = &info->dlpi_phdr[i];
		uintptr_t start = (info->dlpi_addr + phdr->p_vaddr) / page * page;
		uintptr_t end = (info->dlpi_addr + phdr->p_vaddr + phdr->p_memsz + page - 1) / page * page;

		if (phdr->p_type != PT_LOAD || (phdr->p_flags & PF_W))
			continue;
		trim->segment[trim->n].start = (void *)start;
		trim->segment[trim->n++].size = end - start;
	}
	return 0;
}

void trim_open(struct trim *trim)
{
	trim->n = 0;
	dl_iterate_phdr(add_object, trim);
	trim->clear_refs = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
}

void trim_now(const struct trim *trim)
{
	/* Refused for the vdso and wherever it would do harm. */
	for (size_t i = 0; i < trim->n; i++)
		madvise(trim->segment[i].start, trim->segment[i].size, MADV_DONTNEED);
	/* 5: the peak becomes what is resident now; proc(5). */
	if (trim->clear_refs >= 0 && write(trim->clear_refs, "5", 1) < 0)
		return;
}
