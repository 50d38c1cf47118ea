{{ mapped_instruction_lines() }}
