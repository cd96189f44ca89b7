with Ada.Text_IO; use Ada.Text_IO;

procedure Lines is
begin
   while not End_Of_File loop
      Put_Line ("got " & Get_Line);
   end loop;
end Lines;
