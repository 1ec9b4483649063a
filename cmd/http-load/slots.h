#ifndef HTTP_LOAD_SLOTS_H
#define HTTP_LOAD_SLOTS_H

#include <stdbool.h>

#include "engine.h"

/* Lists of slots, in the order in which they were appended. A slot is in one at a time; the head is a slot too. */

static inline void slots_clear(struct slot *head)
{
	head->prev = head->next = head;
}

static inline bool slots_are_none(const struct slot *head)
{
	return head->next == head;
}

static inline void slots_take(struct slot *slot)
{
	slot->prev->next = slot->next;
	slot->next->prev = slot->prev;
}

static inline void slots_append(struct slot *head, struct slot *slot)
{
	slot->prev = head->prev;
	slot->next = head;
	head->prev->next = slot;
	head->prev = slot;
}

#endif
