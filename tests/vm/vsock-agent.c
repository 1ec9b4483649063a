/*
 * What makes the guest of boot-timer.S one that can be talked to over vsock: a driver of the virtio vsock device that
 * polls, and behind it just enough of a shell at port 52. Runs in 32-bit protected mode without paging, so a pointer is a
 * physical address. Built with -DVSOCK; it calls the host's port 1024 once it listens, as a real guest's init would.
 */

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define SHELL_PORT  52
#define HOME_PORT   1024
#define OWN_PORT    40000 /* of the call home */
#define HOST_CID    2

/* virtio-mmio, version 2. Devices lie a page apart from here on since Firecracker 1.13. */
#define DEVICES     0xc0001000u
#define DEVICE_SIZE 0x1000u
#define MAGIC       0x74726976u
#define VSOCK_ID    19

enum {
	REG_MAGIC = 0x00, REG_DEVICE = 0x08, REG_DRIVER_FEATURES = 0x20, REG_DRIVER_FEATURES_SEL = 0x24, REG_QUEUE = 0x30,
	REG_QUEUE_SIZE = 0x38, REG_QUEUE_READY = 0x44, REG_NOTIFY = 0x50, REG_INTERRUPT = 0x60, REG_INTERRUPT_ACK = 0x64,
	REG_STATUS = 0x70, REG_DESCRIPTORS = 0x80, REG_AVAILABLE = 0x90, REG_USED = 0xa0, REG_CID = 0x100
};
enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8 };
enum { RX, TX, EVENTS };

#define ENTRIES    16
#define BUFFERS    (ENTRIES / 2) /* of two descriptors each: header and data */
#define DATA_SIZE  4096
#define DESC_NEXT  1
#define DESC_WRITE 2

struct descriptor {
	u64 address;
	u32 length;
	u16 flags, next;
};

struct queue {
	_Alignas(16) struct descriptor descriptor[ENTRIES];
	struct { u16 flags, index, ring[ENTRIES], event; } available;
	_Alignas(16) struct { u16 flags, index; struct { u32 id, length; } ring[ENTRIES]; u16 event; } used;
	u16 seen; /* of used.index */
};

enum { REQUEST = 1, RESPONSE, RST, SHUTDOWN, RW, CREDIT_UPDATE, CREDIT_REQUEST };
#define STREAM 1
#define BOTH_WAYS 3

struct header {
	u64 from_cid, to_cid;
	u32 from_port, to_port, length;
	u16 type, operation;
	u32 flags, buffer, taken;
} __attribute__((packed));

static volatile struct queue rx, tx, events;
static struct header incoming[BUFFERS], outgoing;
static u8 data[BUFFERS][DATA_SIZE], reply[DATA_SIZE], event[ENTRIES][8];
static u32 device;
static u64 cid;
static u32 taken; /* bytes: of all connections together, which is as good for as little as this */

void vsock_agent(void);

static volatile u32 *reg(u32 offset)
{
	return (volatile u32 *)(device + offset);
}

static void barrier(void)
{
	__asm__ volatile("lock; addl $0, (%%esp)" ::: "memory", "cc");
}

static void set_address(u32 offset, const volatile void *address)
{
	*reg(offset) = (u32)address;
	*reg(offset + 4) = 0;
}

static void set_up(u32 number, volatile struct queue *q)
{
	*reg(REG_QUEUE) = number;
	*reg(REG_QUEUE_SIZE) = ENTRIES;
	set_address(REG_DESCRIPTORS, q->descriptor);
	set_address(REG_AVAILABLE, &q->available);
	set_address(REG_USED, &q->used);
	*reg(REG_QUEUE_READY) = 1;
}

static void describe(volatile struct queue *q, u32 i, const void *address, u32 length, u16 flags)
{
	q->descriptor[i].address = (u32)address;
	q->descriptor[i].length = length;
	q->descriptor[i].flags = flags;
	q->descriptor[i].next = (u16)(i + 1);
}

static void offer(u32 number, volatile struct queue *q, u32 id)
{
	q->available.ring[q->available.index % ENTRIES] = (u16)id;
	barrier();
	q->available.index++;
	barrier();
	*reg(REG_NOTIFY) = number;
}

/* length bytes of reply[] go with it. */
static void send(u32 from_port, u32 to_port, u16 operation, u32 length)
{
	outgoing.from_cid = cid;
	outgoing.to_cid = HOST_CID;
	outgoing.from_port = from_port;
	outgoing.to_port = to_port;
	outgoing.length = length;
	outgoing.type = STREAM;
	outgoing.operation = operation;
	outgoing.flags = operation == SHUTDOWN ? BOTH_WAYS : 0;
	outgoing.buffer = 1 << 16;
	outgoing.taken = taken;
	describe(&tx, 0, &outgoing, sizeof outgoing, length ? DESC_NEXT : 0);
	describe(&tx, 1, reply, length, 0);
	offer(TX, &tx, 0);
	while (tx.used.index != tx.available.index)
		__asm__ volatile("pause");
}

static int begins(const u8 *text, u32 length, const char *with)
{
	for (; *with; text++, length--, with++)
		if (!length || *text != (u8)*with)
			return 0;
	return 1;
}

static u32 copy(const u8 *text, u32 length)
{
	for (u32 i = 0; i < length; i++)
		reply[i] = text[i];
	return length;
}

/* "echo TEXT" says TEXT; of anything else, the "printf '\nTEXT %d\n' $?" that follows it says that it went well. */
static u32 carry_out(const u8 *line, u32 length)
{
	static const char print[] = "printf '\\n";
	u32 n = 0;

	if (begins(line, length, "echo "))
		return copy(line + 5, length - 5);
	while (length && !begins(line, length, print)) {
		line++;
		length--;
	}
	if (!length)
		return 0;
	line += sizeof print - 1;
	length -= sizeof print - 1;
	reply[n++] = '\n';
	for (; length && *line != ' '; line++, length--)
		reply[n++] = *line;
	reply[n++] = ' ';
	reply[n++] = '0';
	reply[n++] = '\n';
	return n;
}

static void receive(const struct header *h, const u8 *bytes)
{
	u32 length;

	switch (h->operation) {
	case REQUEST:
		send(h->to_port, h->from_port, h->to_port == SHELL_PORT ? RESPONSE : RST, 0);
		break;
	case RESPONSE: /* at home */
		send(h->to_port, h->from_port, RW, copy((const u8 *)"up\n", 3));
		send(h->to_port, h->from_port, SHUTDOWN, 0);
		break;
	case RW:
		taken += h->length;
		length = carry_out(bytes, h->length);
		send(h->to_port, h->from_port, length ? RW : CREDIT_UPDATE, length);
		break;
	case SHUTDOWN:
		send(h->to_port, h->from_port, RST, 0);
		break;
	case CREDIT_REQUEST:
		send(h->to_port, h->from_port, CREDIT_UPDATE, 0);
		break;
	default:
		break;
	}
}

static int find_device(void)
{
	for (device = DEVICES; *reg(REG_MAGIC) == MAGIC; device += DEVICE_SIZE)
		if (*reg(REG_DEVICE) == VSOCK_ID)
			return 1;
	return 0;
}

static void start_device(void)
{
	*reg(REG_STATUS) = 0;
	*reg(REG_STATUS) = ACKNOWLEDGE;
	*reg(REG_STATUS) = ACKNOWLEDGE | DRIVER;
	*reg(REG_DRIVER_FEATURES_SEL) = 0;
	*reg(REG_DRIVER_FEATURES) = 0;
	*reg(REG_DRIVER_FEATURES_SEL) = 1;
	*reg(REG_DRIVER_FEATURES) = 1; /* VIRTIO_F_VERSION_1 */
	*reg(REG_STATUS) = ACKNOWLEDGE | DRIVER | FEATURES_OK;
	cid = *reg(REG_CID);
	set_up(RX, &rx);
	set_up(TX, &tx);
	set_up(EVENTS, &events);
	*reg(REG_STATUS) = ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK;
	for (u32 i = 0; i < BUFFERS; i++) {
		describe(&rx, 2 * i, &incoming[i], sizeof incoming[i], DESC_NEXT | DESC_WRITE);
		describe(&rx, 2 * i + 1, data[i], DATA_SIZE, DESC_WRITE);
		offer(RX, &rx, 2 * i);
	}
	for (u32 i = 0; i < ENTRIES; i++) {
		describe(&events, i, event[i], sizeof event[i], DESC_WRITE);
		offer(EVENTS, &events, i);
	}
}

/* For ever; or at once where there is no vsock device. */
void vsock_agent(void)
{
	if (!find_device())
		return;
	start_device();
	send(OWN_PORT, HOME_PORT, REQUEST, 0);
	for (;;) {
		u32 id;

		if (events.seen != events.used.index) /* after a snapshot: taken note of */
			offer(EVENTS, &events, events.used.ring[events.seen++ % ENTRIES].id);
		if (rx.seen == rx.used.index) {
			*reg(REG_INTERRUPT_ACK) = *reg(REG_INTERRUPT);
			for (u32 i = 0; i < 100; i++)
				__asm__ volatile("pause");
			continue;
		}
		id = rx.used.ring[rx.seen++ % ENTRIES].id;
		receive(&incoming[id / 2], data[id / 2]);
		offer(RX, &rx, id);
	}
}
