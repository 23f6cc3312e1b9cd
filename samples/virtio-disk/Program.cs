using VirtioDisk;

return await DiskProgram.Create().RunAsync(args);
