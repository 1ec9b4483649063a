/*
 * The smallest guest that a microVM's clients can measure. It writes the boot timer's magic byte, then halts.
 *
 * x86-64 only. It is entered either by PVH (32-bit protected mode, start info in %ebx) or by the 64-bit Linux boot
 * protocol (zero page in %rsi); both ways end in the same 32-bit code without paging, so that all of the address
 * space below 4 GiB is reached as it is. With -DNO_PVH the note does not
 * offer the first way.
 *
 * guest=exit on the kernel command line: it resets the machine at once. Otherwise it waits for Ctrl+Alt+Del, and with
 * -DVSOCK has vsock-agent.c answer meanwhile.
 */

#define BOOT_TIMER_MAGIC	123
#define BOOT_TIMER_ADDRESS	0xc0000000	/* Firecracker 1.13 and later */
#define BOOT_TIMER_ADDRESS_OLD	0xd0000000	/* before; nothing is there in a later one */

#define START_INFO_CMDLINE	24		/* struct hvm_start_info */
#define ZERO_PAGE_CMDLINE	0x228		/* struct boot_params */

#define CODE_SELECTOR		0x08
#define DATA_SELECTOR		0x10

#define PIC_MASTER		0x20
#define PIC_SLAVE		0xa0
#define FIRST_VECTOR		0x20
#define KEYBOARD_VECTOR		(FIRST_VECTOR + 1)

#define KEYBOARD_DATA		0x60
#define KEYBOARD_COMMAND	0x64
#define KEYBOARD_HAS_DATA	1
#define KEYBOARD_RESET		0xfe
#define SCAN_CODE_DEL		0x71

	.macro	out8 port, value
	movb	$\value, %al
	outb	%al, $\port
	.endm

#ifdef NO_PVH
#define NOTE_TYPE		0
#else
#define NOTE_TYPE		18	/* XEN_ELFNOTE_PHYS32_ENTRY */
#endif

	.section .note.pvh, "a", @note
	.balign	4
	.long	4				/* the name's size */
	.long	4				/* the value's size */
	.long	NOTE_TYPE
	.asciz	"Xen"
	.long	pvh_entry

	.text
	.code64
	.globl	_start
_start:
	cli
	movl	ZERO_PAGE_CMDLINE(%rsi), %ebp
	movl	$stack_end, %esp
	lgdt	gdt_pointer
	pushq	$CODE_SELECTOR
	pushq	$leave_long_mode
	lretq

	.code32
leave_long_mode:
	movl	%cr0, %eax
	andl	$0x7fffffff, %eax		/* paging off, which ends long mode */
	movl	%eax, %cr0
	jmp	protected_mode

pvh_entry:
	cli
	movl	START_INFO_CMDLINE(%ebx), %ebp
	lgdt	gdt_pointer
	ljmp	$CODE_SELECTOR, $protected_mode

protected_mode:
	movl	$DATA_SELECTOR, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	$stack_end, %esp
	cld

	movl	$on_key, %eax
	movw	%ax, idt + 8 * KEYBOARD_VECTOR
	shrl	$16, %eax
	movw	%ax, idt + 8 * KEYBOARD_VECTOR + 6
	movw	$CODE_SELECTOR, idt + 8 * KEYBOARD_VECTOR + 2
	movw	$0x8e00, idt + 8 * KEYBOARD_VECTOR + 4	/* present, 32-bit interrupt gate */
	lidt	idt_pointer

	out8	PIC_MASTER, 0x11
	out8	PIC_SLAVE, 0x11
	out8	PIC_MASTER + 1, FIRST_VECTOR
	out8	PIC_SLAVE + 1, FIRST_VECTOR + 8
	out8	PIC_MASTER + 1, 4
	out8	PIC_SLAVE + 1, 2
	out8	PIC_MASTER + 1, 1
	out8	PIC_SLAVE + 1, 1
	out8	PIC_MASTER + 1, 0xfd			/* all but the keyboard masked */
	out8	PIC_SLAVE + 1, 0xff

	movb	$BOOT_TIMER_MAGIC, %al
	movb	%al, BOOT_TIMER_ADDRESS
	movb	%al, BOOT_TIMER_ADDRESS_OLD

	movl	%ebp, %edx
	testl	%edx, %edx
	jz	wait
next_place:
	cmpb	$0, (%edx)
	je	wait
	movl	%edx, %esi
	movl	$exit_word, %edi
	movl	$exit_word_end - exit_word, %ecx
	repe cmpsb
	je	reset
	incl	%edx
	jmp	next_place

wait:
	sti
#ifdef VSOCK
	call	vsock_agent
#endif
	hlt
	jmp	wait

reset:
	out8	KEYBOARD_COMMAND, KEYBOARD_RESET
	cli
	hlt
	jmp	reset

on_key:
	pushl	%eax
read_key:
	inb	$KEYBOARD_COMMAND, %al
	testb	$KEYBOARD_HAS_DATA, %al
	jz	key_done
	inb	$KEYBOARD_DATA, %al
	cmpb	$SCAN_CODE_DEL, %al
	je	reset
	jmp	read_key
key_done:
	out8	PIC_MASTER, 0x20			/* end of interrupt */
	popl	%eax
	iretl

	.data
	.balign	8
gdt:
	.quad	0
	.quad	0x00cf9b000000ffff			/* code: 32 bits, 4 GiB */
	.quad	0x00cf93000000ffff			/* data */
gdt_pointer:
	.word	. - gdt - 1
	.quad	gdt
idt_pointer:
	.word	8 * (KEYBOARD_VECTOR + 1) - 1
	.quad	idt
exit_word:
	.ascii	"guest=exit"
exit_word_end:

	.bss
	.balign	16
idt:
	.skip	8 * (KEYBOARD_VECTOR + 1)
	.skip	4096
stack_end:

	.section .note.GNU-stack, "", @progbits
